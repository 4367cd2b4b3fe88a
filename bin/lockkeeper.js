#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('lockkeeper is not built yet: run "npm run build" in its folder');
  process.exit(2);
}
await import(main.href);
