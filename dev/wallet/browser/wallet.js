// The demo wallet, added to the pages of the local stack only: an EIP-6963 provider whose accounts are the demo people.
(() => {
  const FOLDER = '/__demo-wallet/';
  const CHAIN_ID = 31_337;
  const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#5b3df5"/><path d="M6 8.5h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5H7.5A1.5 1.5 0 0 1 6 16zm0 0A1.5 1.5 0 0 1 7.5 7H16" fill="none" stroke="#fff" stroke-width="1.5"/><circle cx="15.5" cy="13" r="1.2" fill="#fff"/></svg>`;
  const STYLE = `
    dialog { width: min(26rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); padding: 1.5rem; border: 0;
      border-radius: 14px; box-sizing: border-box; background: #fff; color: #1b1830;
      font: 15px/1.5 system-ui, sans-serif; box-shadow: 0 24px 64px rgb(0 0 0 / 35%); color-scheme: light; }
    dialog::backdrop { background: rgb(10 8 24 / 55%); }
    h2 { margin: 0; font-size: 19px; }
    h3 { margin: 1rem 0 .4rem; font-size: 13px; font-weight: 600; color: #5c5874; }
    p { margin: .25rem 0 0; color: #5c5874; font-size: 13px; }
    pre { margin: 1rem 0; padding: .9rem; max-height: 45vh; overflow: auto; border-radius: 8px; background: #f2f0fa;
      font: 12.5px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
    button { font: inherit; min-height: 44px; padding: .4rem .9rem; border: 1px solid #8a86a3; border-radius: 8px;
      background: none; color: inherit; cursor: pointer; }
    button:hover { background: #f2f0fa; }
    button.main { border-color: #5b3df5; background: #5b3df5; color: #fff; font-weight: 600; }
    button.main:hover { background: #4a2fd8; }
    :focus-visible { outline: 2px solid #5b3df5; outline-offset: 2px; }
    .people { display: grid; gap: .4rem; }
    .people button { display: flex; justify-content: space-between; gap: 1rem; align-items: center; text-align: left; }
    .people code { color: #5c5874; font: 12.5px ui-monospace, monospace; }
    .row { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; margin-top: 1rem; }`;
  const GROUPS = { buyers: 'Buyers', agents: 'Agents: they refer buyers', operators: 'Operators: platform host' };

  /** The person the wallet was opened as, `{name, address}`. */
  let current = null;

  const failure = (code, message) => Object.assign(new Error(message), { code });
  const declined = () => failure(4001, 'The request was declined in the demo wallet.');

  function element(name, content = [], properties = {}) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...[content].flat());
    return made;
  }

  /** Shows `content` above the page until `settle` was called; Escape declines. */
  function showDialog(title, note, fill) {
    return new Promise((resolve, reject) => {
      const host = element('div');
      const root = host.attachShadow({ mode: 'open' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      // Made by script, which the page's policy allows; a style element would need its nonce.
      root.adoptedStyleSheets = [sheet];
      const end = (finish) => {
        host.remove();
        finish();
      };
      const settle = (value) => end(() => resolve(value));
      const refuse = () => end(() => reject(declined()));
      const heading = element('h2', title, { id: 'title' });
      const dialog = element('dialog', [heading, element('p', note), ...fill(settle, refuse)]);
      dialog.setAttribute('aria-labelledby', 'title');
      dialog.addEventListener('cancel', refuse);
      root.append(dialog);
      document.body.append(host);
      dialog.showModal();
    });
  }

  async function choosePerson() {
    const groups = await (await fetch(`${FOLDER}people`)).json();
    const note = 'A local demo wallet. Its keys are public and worth nothing elsewhere.';
    return showDialog('Who do you want to be?', note, (settle, refuse) => [
      ...groups.flatMap(({ group, people }) => [
        element('h3', GROUPS[group] ?? group),
        element(
          'div',
          people.map((person) => {
            const short = `${person.address.slice(0, 6)}…${person.address.slice(-4)}`;
            return element('button', [element('span', person.name), element('code', short)], {
              type: 'button',
              onclick: () => settle(person),
            });
          }),
          { className: 'people' },
        ),
      ]),
      element('div', [element('span'), element('button', 'Cancel', { type: 'button', onclick: refuse })], {
        className: 'row',
      }),
    ]);
  }

  /** The words behind `0x…`; other text as it is, as wallets do. */
  function readData(data) {
    const bytes = /^0x([0-9a-f]{2})*$/i.test(data)
      ? Uint8Array.from(data.slice(2).match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
      : new TextEncoder().encode(data);
    const hex = `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
    return { text: new TextDecoder().decode(bytes), hex };
  }

  async function sign([data, address]) {
    if (current === null || String(address).toLowerCase() !== current.address.toLowerCase())
      throw failure(4100, 'The demo wallet was not opened with this account.');
    const { text, hex } = readData(String(data));
    await showDialog('Sign this message?', `As ${current.name}, ${current.address}`, (settle, refuse) => [
      element('pre', text, { tabIndex: 0 }),
      element(
        'div',
        [
          element('button', 'Decline', { type: 'button', onclick: refuse }),
          element('button', 'Approve', { type: 'button', className: 'main', onclick: settle, autofocus: true }),
        ],
        { className: 'row' },
      ),
    ]);
    const answer = await fetch(`${FOLDER}sign`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address: current.address, data: hex }),
    });
    if (!answer.ok) throw failure(-32_603, 'The demo wallet could not sign.');
    return (await answer.json()).signature;
  }

  const METHODS = {
    eth_requestAccounts: async () => {
      current = await choosePerson();
      return [current.address];
    },
    eth_accounts: () => (current === null ? [] : [current.address]),
    eth_chainId: () => `0x${CHAIN_ID.toString(16)}`,
    net_version: () => String(CHAIN_ID),
    personal_sign: sign,
  };

  const provider = {
    async request({ method, params = [] }) {
      const answer = METHODS[method];
      if (answer === undefined) throw failure(4200, `The demo wallet does not know ${method}.`);
      return answer(params);
    },
    on: () => provider,
    removeListener: () => provider,
  };
  const info = {
    uuid: crypto.randomUUID(),
    name: 'Demo wallet (local)',
    icon: `data:image/svg+xml,${encodeURIComponent(ICON)}`,
    rdns: 'localhost.demo-wallet',
  };
  const announce = () =>
    window.dispatchEvent(
      new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info: Object.freeze(info), provider }) }),
    );
  window.addEventListener('eip6963:requestProvider', announce);
  announce();
})();
