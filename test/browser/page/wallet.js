// The wallet of one test's visitor, found by EIP-6963. Its keys stay outside the page, and so does which of its
// accounts is active: `testWalletAccount` tells, `testWalletSign` signs there.
(() => {
  const listeners = new Set();
  const accounts = async () => [await window.testWalletAccount()];
  const answers = {
    eth_requestAccounts: accounts,
    eth_accounts: accounts,
    eth_chainId: () => '0x7a69',
    personal_sign: ([message, address]) => window.testWalletSign(message, address),
  };
  const provider = {
    async request({ method, params = [] }) {
      if (answers[method] === undefined)
        throw Object.assign(new Error(`the test wallet does not know ${method}`), { code: 4200 });
      return answers[method](params);
    },
    on: (event, listener) => {
      if (event === 'accountsChanged') listeners.add(listener);
      return provider;
    },
    removeListener: (event, listener) => {
      listeners.delete(listener);
      return provider;
    },
  };
  window.addEventListener('test-wallet-changed', async () => {
    const now = await accounts();
    listeners.forEach((listener) => listener(now));
  });
  const icon =
    'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"%3E%3Crect width="8" height="8" fill="%23456"/%3E%3C/svg%3E';
  const info = {
    uuid: '3f0f3f3c-7a3d-4f0e-9d55-5a1c1f0f6963',
    name: 'Test Wallet',
    icon,
    rdns: 'localhost.test-wallet',
  };
  const announce = () =>
    window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: Object.freeze({ info, provider }) }));
  window.addEventListener('eip6963:requestProvider', announce);
  announce();
})();
