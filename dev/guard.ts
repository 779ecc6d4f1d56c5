import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Watches over children on behalf of a process that may be killed without a chance to stop them. It is a shell that
 * reads the current list from a pipe; when the pipe ends and the list is not empty, its owner died, and it signals them.
 */
const SCRIPT = `trap '' INT TERM HUP
list=
while read -r line; do list=$line; done
for entry in $list; do kill -"\${entry%%:*}" "\${entry##*:}" 2>/dev/null; done`;

const guarded = new Map<number, NodeJS.Signals>();
let shell: ChildProcess | undefined;

/**
 * Has a child signalled should this process die by SIGKILL.
 *
 * @param target a process id, or the negative id of a process group.
 * @returns ends the guard; call it when the child has ended.
 */
export function guard(target: number, signal: NodeJS.Signals): () => void {
  guarded.set(target, signal);
  tell();
  return () => {
    if (guarded.delete(target)) tell();
  };
}

/** The process id of the watching shell; undefined while there is nothing to guard. */
export function guardPid(): number | undefined {
  return shell?.pid;
}

function tell(): void {
  shell ??= startShell();
  const list = [...guarded].map(([target, signal]) => `${signal.slice(3)}:${target}`).join(' ');
  shell.stdin?.write(`${list}\n`);
  if (guarded.size > 0) return;
  // Nothing left to guard: the shell ends as well, so that a stopped stack leaves no process at all.
  shell.stdin?.end();
  shell = undefined;
}

function startShell(): ChildProcess {
  const started = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, cwd: '/', stdio: ['pipe', 'ignore', 'ignore'] });
  // Without a shell there is no guard, and everything still ends on every orderly way out.
  started.on('error', () => undefined);
  started.stdin.on('error', () => undefined);
  started.unref();
  if (started.stdin instanceof Socket) started.stdin.unref();
  return started;
}
