// The card form inside the frame of the local stand-in for Stripe. Only the page that embeds it is listened to.
const TEXTS = {
  en: {
    form: 'Card details',
    number: 'Card number',
    expiry: 'Expiration date',
    cvc: 'Security code',
    hint: 'Test card 4242 4242 4242 4242, any future date, any code',
    notice: 'Local stand-in for Stripe. No real card is charged.',
    incomplete_number: 'Your card number is incomplete.',
    invalid_number: 'Your card number is invalid.',
    incomplete_expiry: "Your card's expiration date is incomplete.",
    invalid_expiry_year_past: "Your card's expiration year is in the past.",
    incomplete_cvc: "Your card's security code is incomplete.",
    unreachable: 'The payment could not be reached. Please try again.',
  },
  zh: {
    form: '银行卡信息',
    number: '卡号',
    expiry: '有效期',
    cvc: '安全码',
    hint: '测试卡 4242 4242 4242 4242，有效期填未来日期，安全码任意',
    notice: 'Stripe 的本地替身，不会真正扣款。',
    incomplete_number: '卡号不完整。',
    invalid_number: '卡号无效。',
    incomplete_expiry: '有效期不完整。',
    invalid_expiry_year_past: '卡片已过期。',
    incomplete_cvc: '安全码不完整。',
    card_declined: '您的银行卡被拒绝。',
    expired_card: '您的银行卡已过期。',
    incorrect_cvc: '安全码不正确。',
    unreachable: '无法连接支付服务，请重试。',
  },
};
const APPEARANCE = {
  colorBackground: '--background',
  colorText: '--text',
  colorTextSecondary: '--quiet',
  colorPrimary: '--primary',
  colorDanger: '--danger',
  borderRadius: '--radius',
  fontFamily: '--font',
};
const field = (id) => document.getElementById(id);
const digits = (id) => field(id).value.replaceAll(/\D/g, '');
let texts = TEXTS.en;

function send(event, detail) {
  // The page's origin is not known here; nothing that is sent is secret from the page that embeds the form.
  window.parent.postMessage({ event, detail }, '*');
}

function isLuhn(number) {
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

/** The code of what is wrong with a field, or null. */
function problemOf(id) {
  if (id === 'number') {
    const number = digits('number');
    if (number.length < 13) return 'incomplete_number';
    return isLuhn(number) ? null : 'invalid_number';
  }
  if (id === 'cvc') return digits('cvc').length < 3 ? 'incomplete_cvc' : null;
  const [month, year] = [Number(digits('expiry').slice(0, 2)), Number(`20${digits('expiry').slice(2, 4)}`)];
  if (digits('expiry').length < 4 || month < 1 || month > 12) return 'incomplete_expiry';
  const now = new Date();
  return year * 12 + month < now.getFullYear() * 12 + now.getMonth() + 1 ? 'invalid_expiry_year_past' : null;
}

function showProblem(id) {
  const code = problemOf(id);
  field(`${id}-problem`).textContent = code === null ? '' : texts[code];
  field(id).setAttribute('aria-invalid', String(code !== null));
  return code;
}

function check() {
  const codes = ['number', 'expiry', 'cvc'].map(showProblem);
  const code = codes.find((found) => found !== null);
  if (code === undefined) return { selectedPaymentMethod: 'card' };
  field(['number', 'expiry', 'cvc'][codes.indexOf(code)]).focus();
  return { error: { type: 'validation_error', code, message: texts[code] } };
}

async function confirm({ key, account, clientSecret, returnUrl }) {
  const checked = check();
  if (checked.error) return checked;
  const id = clientSecret.split('_secret_')[0];
  const body = new URLSearchParams({
    key,
    client_secret: clientSecret,
    use_stripe_sdk: 'true',
    ...(returnUrl && { return_url: returnUrl }),
    ...(account && { _stripe_account: account }),
    'payment_method_data[type]': 'card',
    'payment_method_data[card][number]': digits('number'),
    'payment_method_data[card][exp_month]': digits('expiry').slice(0, 2),
    'payment_method_data[card][exp_year]': digits('expiry').slice(2, 4),
    'payment_method_data[card][cvc]': digits('cvc'),
  });
  for (const input of document.querySelectorAll('input')) input.disabled = true;
  try {
    const response = await fetch(`/v1/payment_intents/${id}/confirm`, { method: 'POST', body });
    const answer = await response.json();
    if (!answer.error) return { paymentIntent: answer };
    return { error: { ...answer.error, message: texts[answer.error.code] ?? answer.error.message } };
  } catch {
    return { error: { type: 'api_connection_error', message: texts.unreachable } };
  } finally {
    for (const input of document.querySelectorAll('input')) input.disabled = false;
  }
}

let isReady = false;
function setup({ appearance = {}, language = 'en' } = {}) {
  const tongue = language.startsWith('zh') ? 'zh' : 'en';
  texts = TEXTS[tongue];
  document.documentElement.lang = tongue === 'zh' ? 'zh-CN' : 'en';
  for (const node of document.querySelectorAll('[data-text]')) node.textContent = texts[node.dataset.text];
  field('card').setAttribute('aria-label', texts.form);
  document.documentElement.classList.toggle('night', appearance?.theme === 'night');
  for (const [name, property] of Object.entries(APPEARANCE)) {
    const value = appearance?.variables?.[name];
    if (typeof value === 'string') document.documentElement.style.setProperty(property, value);
  }
  if (!isReady) send('ready', {});
  isReady = true;
}

const VERBS = {
  setup,
  check,
  confirm,
  focus: () => field('number').focus(),
  blur: () => document.activeElement?.blur(),
  clear: () => field('card').reset(),
};

window.addEventListener('message', async (message) => {
  if (message.source !== window.parent) return;
  const { verb, detail, question } = message.data;
  const result = await VERBS[verb]?.(detail);
  if (question !== undefined) window.parent.postMessage({ answerTo: question, detail: result }, message.origin);
});

field('number').addEventListener('input', () => {
  field('number').value = digits('number')
    .slice(0, 19)
    .replaceAll(/(\d{4})(?=\d)/g, '$1 ');
});
field('expiry').addEventListener('input', (event) => {
  const typed = digits('expiry').slice(0, 4);
  const isDeleting = event.inputType?.startsWith('delete');
  field('expiry').value =
    typed.length > 2 || (typed.length === 2 && !isDeleting) ? `${typed.slice(0, 2)} / ${typed.slice(2)}` : typed;
});
field('card').addEventListener('input', (event) => {
  // A complaint goes as soon as it is met; a new one waits until the field is left.
  if (problemOf(event.target.id) === null) showProblem(event.target.id);
  const isComplete = ['number', 'expiry', 'cvc'].every((id) => problemOf(id) === null);
  const isEmpty = ['number', 'expiry', 'cvc'].every((id) => field(id).value === '');
  send('change', { complete: isComplete, empty: isEmpty, collapsed: false, value: { type: 'card' } });
});
field('card').addEventListener('submit', (event) => event.preventDefault());
for (const id of ['number', 'expiry', 'cvc']) {
  field(id).addEventListener('blur', () => {
    if (field(id).value !== '') showProblem(id);
  });
}
new ResizeObserver(() => send('height', { height: Math.ceil(document.documentElement.offsetHeight) })).observe(
  document.body,
);
send('hello', {});
