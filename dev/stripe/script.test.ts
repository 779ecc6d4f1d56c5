import { expect, test } from 'vitest';
import { bootRig } from './rig.ts';

test('the stand-in says at its root that it is one, and so does its card form', async () => {
  await using rig = await bootRig();
  expect(await (await fetch(rig.standIn.url)).text()).toContain('This is not Stripe');
  const form = await fetch(`${rig.standIn.url}/frame`);
  expect(await form.text()).toContain('No real card is charged');
  // The form runs under a policy without inline scripts, in whatever page embeds it.
  expect(form.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(form.headers.get('x-frame-options')).toBeNull();
});

test('the browser script is found here and at the place of the release train', async () => {
  await using rig = await bootRig();
  for (const path of ['/stripe.js', '/endive/stripe.js']) {
    const answer = await fetch(rig.standIn.url + path);
    expect(answer.headers.get('content-type')).toContain('text/javascript');
    expect(await answer.text()).toContain("Stripe.version = 'endive'");
  }
});

test('controls that make no sense are refused', async () => {
  await using rig = await bootRig();
  expect(await rig.control('webhooks', { duplicate: 0 })).toEqual({
    message: expect.stringContaining('1 to 10') as string,
  });
  expect(await rig.control('redeliver', { event_id: 'evt_none' })).toEqual({ message: 'No such event was ever sent.' });
  expect(await rig.control('nonsense')).toEqual({ message: 'No such control.' });
});
