// Runs before every npm script, possibly on a fresh clone and on the system's Node 20: plain JavaScript, no packages.
// It installs what package-lock.json names when the lock has changed since the last installation, and does nothing
// otherwise. The lock carries Node 24 itself, which npm scripts find first in their PATH from then on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const MINIMUM_NODE_MAJOR = 24;
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stampFile = join(modules, '.bootstrap-stamp');
const stamp = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) install();
requireNode();

function install() {
  say('installing packages from package-lock.json, about a minute …');
  const startedAt = Date.now();
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm ? [process.execPath, npm] : ['npm'];
  // No package here needs its install script, and not running them is one less way in for a bad one.
  const args = [...before, 'ci', '--include=dev', '--no-audit', '--no-fund', '--ignore-scripts'];
  // npm scripts may be read by machines: the progress of the installation belongs on stderr.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) fail(`npm could not be started (${error.message}).`);
  if (status !== 0) fail(`npm ci failed with exit code ${status}; its message is above.`);
  writeFileSync(stampFile, stamp);
  say(`packages installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** The script that follows runs on node_modules/.bin/node, or on the caller's Node where no platform package fits. */
function requireNode() {
  try {
    accessSync(join(modules, '.bin', 'node'), constants.X_OK);
    return;
  } catch {
    if (Number(process.versions.node.split('.')[0]) >= MINIMUM_NODE_MAJOR) return;
  }
  fail(
    `no Node ${MINIMUM_NODE_MAJOR} comes with the packages for ${process.platform}-${process.arch}, ` +
      `and this one is ${process.version}: install Node ${MINIMUM_NODE_MAJOR} or newer and try again.`,
  );
}

function say(sentence) {
  process.stderr.write(`posx: ${sentence}\n`);
}

function fail(sentence) {
  say(sentence);
  process.exit(1);
}
