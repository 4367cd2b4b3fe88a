import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Stops the database servers of a process that died without saying goodbye, SIGKILL included.
 *
 * One small shell per process reads what it must look after from its standard input. When that pipe closes
 * because its owner is gone, it stops the servers (in order, then at once), removes the folders and ends. It
 * signals a process only while its command line still names the server's data folder, so a process id that
 * was given to someone else is safe. When the shell itself is killed first, nothing replaces it.
 */
const SCRIPT = `
trap '' HUP INT TERM
list=''
newline='
'
while IFS= read -r line; do
  case $line in
    +*) list="$list\${line#+}$newline" ;;
    -*) list=$(printf '%s' "$list" | grep -vxF -e "\${line#-}")$newline ;;
  esac
done
runs() {
  { tr '\\0' ' ' < "/proc/$1/cmdline" || ps -p "$1" -o args= ; } 2>/dev/null | grep -qF -e "$2"
}
signal() {
  printf '%s' "$list" | while read -r kind pid orderly instant path; do
    if [ "$kind" = server ] && runs "$pid" "$path"; then
      case $1 in orderly) kill "-$orderly" "$pid" ;; instant) kill "-$instant" "$pid" ;; esac
      echo alive
    fi
  done 2>/dev/null
}
signal orderly > /dev/null
tries=0
while [ $tries -lt 50 ] && [ -n "$(signal none)" ]; do sleep 0.1; tries=$((tries + 1)); done
signal instant > /dev/null
tries=0
while [ $tries -lt 20 ] && [ -n "$(signal none)" ]; do sleep 0.1; tries=$((tries + 1)); done
printf '%s' "$list" | while read -r kind path; do
  if [ "$kind" = folder ]; then rm -rf -- "$path"; fi
done
`;

let shell: ChildProcess | undefined;
const servers = new Map<number, StopSignals>();

/** What ends a server: with its sessions told and its files in order, or at once. */
export interface StopSignals {
  readonly orderly: NodeJS.Signals;
  readonly instant: NodeJS.Signals;
}

/** Has the server stopped when this process ends; returns the function that calls this off. */
export function watchServer(pid: number, dataDir: string, signals: StopSignals): () => void {
  const [orderly, instant] = [signals.orderly, signals.instant].map((name) => name.replace('SIG', ''));
  const entry = `server ${pid} ${orderly} ${instant} ${dataDir}`;
  servers.set(pid, signals);
  tell(`+${entry}`);
  return () => {
    servers.delete(pid);
    tell(`-${entry}`);
  };
}

/** Has the folder removed when this process ends; returns the function that calls this off. */
export function watchFolder(path: string): () => void {
  tell(`+folder ${path}`);
  return () => tell(`-folder ${path}`);
}

function tell(line: string): void {
  shell ??= startShell();
  shell.stdin?.write(`${line}\n`);
}

function startShell(): ChildProcess {
  // Detached: a Ctrl-C in the terminal goes to our whole process group and must not end the watchdog.
  const child = spawn('/bin/sh', ['-c', SCRIPT], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  // A pipe to a child keeps the event loop alive unless it is told not to.
  (child.stdin as (typeof child.stdin & { unref?: () => void }) | null)?.unref?.();
  process.once('exit', () => {
    for (const [pid, { orderly }] of servers) {
      try {
        process.kill(pid, orderly);
      } catch {
        // It ended by itself.
      }
    }
  });
  return child;
}
