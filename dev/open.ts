import { spawn } from 'node:child_process';

/** Shows the page in the person's browser where there is a screen; elsewhere the printed address must do. */
export function openBrowser(url: string | undefined): void {
  const seen = process.platform === 'darwin' || process.env['DISPLAY'] !== undefined;
  if (url === undefined || !process.stdout.isTTY || !seen) return;
  const child = spawn(process.platform === 'darwin' ? 'open' : 'xdg-open', [url], { stdio: 'ignore', detached: true });
  child.on('error', () => console.log(`  open ${url} in a browser`));
  child.unref();
}
