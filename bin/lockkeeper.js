#!/usr/bin/env node
import { existsSync } from 'node:fs';

// Node 20 is supported by this package; the SDK's notice about its own future releases is not for its users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  console.error('lockkeeper is not built yet: run "npm run build" in its folder');
  process.exit(2);
}
await import(main.href);
