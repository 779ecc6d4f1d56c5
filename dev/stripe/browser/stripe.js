// Local stand-in for Stripe.js: the part of its surface that the storefront uses. The card number is typed into a
// frame of this script's own origin and never reaches the page, as with the real one.
(() => {
  const origin = new URL(document.currentScript.src).origin;
  const FAILED = { type: 'api_connection_error', message: 'The payment could not be reached. Please try again.' };

  /** A two-way line to one frame: events come in, questions go out and are answered by number. */
  function openLine(frame, onEvent) {
    const waiting = new Map();
    let count = 0;
    const receive = (message) => {
      if (message.source !== frame.contentWindow || message.origin !== origin) return;
      const { answerTo, event, detail } = message.data;
      if (answerTo === undefined) {
        onEvent(event, detail);
        return;
      }
      waiting.get(answerTo)?.(detail);
      waiting.delete(answerTo);
    };
    window.addEventListener('message', receive);
    const tell = (verb, detail, question) => frame.contentWindow.postMessage({ verb, detail, question }, origin);
    return {
      tell,
      ask: (verb, detail) =>
        new Promise((resolve) => {
          count += 1;
          waiting.set(count, resolve);
          tell(verb, detail, count);
        }),
      close: () => {
        window.removeEventListener('message', receive);
        for (const resolve of waiting.values()) resolve({ error: FAILED });
      },
    };
  }

  function makePaymentElement(options) {
    const listeners = new Map();
    const emit = (name, detail) => {
      for (const listener of listeners.get(name) ?? []) listener({ elementType: 'payment', ...detail });
    };
    let frame = null;
    let line = null;
    let isDestroyed = false;

    const onEvent = (event, detail) => {
      if (event === 'hello') line.tell('setup', { ...options, language: options.language });
      if (event === 'height') frame.style.height = `${detail.height}px`;
      if (event === 'ready' || event === 'change' || event === 'focus' || event === 'blur') emit(event, detail);
    };
    const element = {
      mount(place) {
        if (isDestroyed) throw new Error('This Element has already been destroyed. Please create a new one.');
        const target = typeof place === 'string' ? document.querySelector(place) : place;
        if (!target) throw new Error('The place given to mount() is not in the document.');
        element.unmount();
        frame = document.createElement('iframe');
        frame.title = 'Secure payment input frame';
        frame.name = '__privateStripeFrame1';
        frame.allow = 'payment *';
        Object.assign(frame.style, {
          border: '0',
          width: '100%',
          height: '260px',
          display: 'block',
          colorScheme: 'none',
        });
        line = openLine(frame, onEvent);
        frame.addEventListener('error', () => emit('loaderror', { error: FAILED }));
        frame.src = `${origin}/frame`;
        target.replaceChildren(frame);
      },
      on(name, listener) {
        listeners.set(name, [...(listeners.get(name) ?? []), listener]);
        return element;
      },
      off(name, listener) {
        const kept = (listeners.get(name) ?? []).filter((known) => listener !== undefined && known !== listener);
        listeners.set(name, kept);
        return element;
      },
      unmount() {
        line?.close();
        frame?.remove();
        line = null;
        frame = null;
      },
      destroy() {
        element.unmount();
        isDestroyed = true;
      },
      update(changed) {
        Object.assign(options, changed);
        line?.tell('setup', options);
      },
      focus: () => line?.tell('focus'),
      blur: () => line?.tell('blur'),
      clear: () => line?.tell('clear'),
      collapse: () => undefined,
    };
    return { element, ask: (verb, detail) => (line ? line.ask(verb, detail) : null) };
  }

  function makeElements(session) {
    let payment = null;
    const elements = {
      create(kind) {
        if (kind !== 'payment') throw new Error(`The local stand-in for Stripe has no "${kind}" element.`);
        if (payment !== null)
          throw new Error('Can only create one Element of type payment through this Elements group.');
        payment = makePaymentElement({ appearance: session.appearance, language: session.locale });
        const { destroy } = payment.element;
        payment.element.destroy = () => {
          destroy();
          payment = null;
        };
        return payment.element;
      },
      getElement: (kind) => (kind === 'payment' && payment !== null ? payment.element : null),
      async submit() {
        const asked = payment?.ask('check');
        if (!asked) throw new Error('Elements submit() needs a mounted payment Element.');
        return asked;
      },
      update(changed) {
        Object.assign(session, changed);
        payment?.element.update({ appearance: session.appearance, language: session.locale });
      },
      fetchUpdates: () => Promise.resolve({}),
      askPayment: (verb, detail) => payment?.ask(verb, detail),
      session,
    };
    return elements;
  }

  async function read(key, account, clientSecret) {
    const id = clientSecret.split('_secret_')[0];
    const query = new URLSearchParams({
      key,
      client_secret: clientSecret,
      ...(account && { _stripe_account: account }),
    });
    try {
      const response = await fetch(`${origin}/v1/payment_intents/${id}?${query}`);
      const body = await response.json();
      return body.error ? { error: body.error } : { paymentIntent: body };
    } catch {
      return { error: FAILED };
    }
  }

  /** Shows the bank's page above everything, until the buyer has finished there. */
  function showChallenge(clientSecret, language) {
    return new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.title = '3D Secure';
      frame.name = '__privateStripeFrame2';
      Object.assign(frame.style, {
        ...{ position: 'fixed', inset: '0', width: '100%', height: '100%', border: '0' },
        ...{ zIndex: '2147483647', colorScheme: 'none' },
      });
      const receive = (message) => {
        if (message.source !== frame.contentWindow || message.origin !== origin) return;
        if (message.data.event !== 'authenticated') return;
        window.removeEventListener('message', receive);
        frame.remove();
        resolve();
      };
      window.addEventListener('message', receive);
      const query = new URLSearchParams({ client_secret: clientSecret, ...(language && { language }) });
      frame.src = `${origin}/three_d_secure?${query}`;
      document.body.append(frame);
      frame.addEventListener('load', () => frame.focus());
    });
  }

  const NOT_AUTHENTICATED = {
    en: 'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
    zh: '我们无法验证您的付款方式。请选择其他付款方式并重试。',
  };

  /** Goes through 3-D Secure if a PaymentIntent asks for it, and tells what became of it. */
  async function authenticate(key, account, clientSecret, language, outcome) {
    if (outcome.paymentIntent?.next_action?.type !== 'use_stripe_sdk') return outcome;
    await showChallenge(clientSecret, language);
    const { error, paymentIntent } = await read(key, account, clientSecret);
    if (error || paymentIntent.status !== 'requires_payment_method') return error ? { error } : { paymentIntent };
    const reason = paymentIntent.last_payment_error;
    const isOurs = reason.code === 'payment_intent_authentication_failure';
    const message = isOurs ? NOT_AUTHENTICATED[language?.startsWith('zh') ? 'zh' : 'en'] : reason.message;
    return { error: { ...reason, message, payment_intent: paymentIntent } };
  }

  function Stripe(key, { stripeAccount, locale } = {}) {
    if (typeof key !== 'string' || !key.startsWith('pk_')) {
      throw new Error('Please call Stripe() with your publishable key. It starts with pk_.');
    }
    return {
      elements: ({ clientSecret, appearance, locale: ownLocale } = {}) =>
        makeElements({ clientSecret, appearance, locale: ownLocale ?? locale ?? document.documentElement.lang }),
      async confirmPayment({ elements, clientSecret, confirmParams = {}, redirect = 'always' }) {
        const secret = clientSecret ?? elements.session.clientSecret;
        const returnUrl = confirmParams.return_url;
        if (redirect !== 'if_required' && !returnUrl) {
          throw new Error('confirmPayment() needs confirmParams.return_url, unless redirect is "if_required".');
        }
        const asked = elements.askPayment('confirm', { key, account: stripeAccount, clientSecret: secret, returnUrl });
        if (!asked) throw new Error('confirmPayment() needs a mounted payment Element.');
        const confirmed = await asked;
        const outcome = await authenticate(key, stripeAccount, secret, elements.session.locale, confirmed);
        if (outcome.error || redirect === 'if_required') return outcome;
        const back = new URL(returnUrl);
        back.searchParams.set('payment_intent', outcome.paymentIntent.id);
        back.searchParams.set('payment_intent_client_secret', secret);
        back.searchParams.set('redirect_status', outcome.paymentIntent.status);
        window.location.assign(back);
        return new Promise(() => undefined);
      },
      handleNextAction: async ({ clientSecret }) =>
        authenticate(key, stripeAccount, clientSecret, locale, await read(key, stripeAccount, clientSecret)),
      retrievePaymentIntent: (clientSecret) => read(key, stripeAccount, clientSecret),
      registerAppInfo: () => undefined,
      _registerWrapper: () => undefined,
    };
  }
  Stripe.version = 'endive';
  window.Stripe = Stripe;
})();
