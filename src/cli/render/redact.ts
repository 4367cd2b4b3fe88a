const mask = '***';

/** Where the host of a URL that begins at the password could be: the last `@` of the word decides. */
const inUrl = /([a-z][a-z0-9+.-]*:\/\/[^\s:/@"'`<>]*):[^\s"'`<>]*@/gi;
const inParameter = /\b((?:pg|mysql_)?(?:password|passwd|pwd)\s*=\s*)(?:'[^']*'|"[^"]*"|[^\s&;,'"]+)/gi;
const inJson = /("(?:password|SecretString|MasterUserPassword)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;

/**
 * Takes passwords out of a text: of URLs (`postgres://user:***@host`, also where the password itself holds `@`
 * or `/`) and of parameters (`password=***`, `"password":"***"`).
 */
export const redact = (text: string): string =>
  text
    .replaceAll(inUrl, `$1:${mask}@`)
    .replaceAll(inParameter, `$1${mask}`)
    .replaceAll(inJson, `$1"${mask}"`);
