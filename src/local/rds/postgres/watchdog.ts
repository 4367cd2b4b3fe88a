import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Stops the database servers of a process that died without saying goodbye, SIGKILL included.
 *
 * One small shell per process reads what it must look after from its standard input. When that pipe closes
 * because its owner is gone, it stops the servers (fast, then at once), removes the folders and ends. It
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
  printf '%s' "$list" | while read -r kind pid path; do
    if [ "$kind" = server ] && runs "$pid" "$path"; then kill "-$1" "$pid"; echo alive; fi
  done 2>/dev/null
}
signal INT > /dev/null
tries=0
while [ $tries -lt 50 ] && [ -n "$(signal 0)" ]; do sleep 0.1; tries=$((tries + 1)); done
signal QUIT > /dev/null
tries=0
while [ $tries -lt 20 ] && [ -n "$(signal 0)" ]; do sleep 0.1; tries=$((tries + 1)); done
printf '%s' "$list" | while read -r kind path; do
  if [ "$kind" = folder ]; then rm -rf -- "$path"; fi
done
`;

let shell: ChildProcess | undefined;
const servers = new Map<number, string>();

/** Has the server stopped when this process ends; returns the function that calls this off. */
export function watchServer(pid: number, dataDir: string): () => void {
  const entry = `server ${pid} ${dataDir}`;
  servers.set(pid, dataDir);
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
    for (const pid of servers.keys()) {
      try {
        process.kill(pid, 'SIGINT');
      } catch {
        // It ended by itself.
      }
    }
  });
  return child;
}
