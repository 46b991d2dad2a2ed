import { requireNode } from './setup/node-version.mjs';

requireNode();
// Loaded only now: an older Node might not be able to read these files.
import('./setup/demo.mjs').then(function (demo) {
  return demo.main(process.argv.slice(2));
});
