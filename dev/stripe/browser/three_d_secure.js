// The page of the imitated bank: inside a frame that the script opens, or on its own after a redirect.
const TEXTS = {
  zh: {
    title: '3D 安全验证测试页',
    notice: '这里代替银行的页面，不会真正扣款。',
    complete: '完成验证',
    fail: '验证失败',
    unreachable: '无法连接银行，请重试。',
  },
};
const asked = new URLSearchParams(location.search);
const texts = (asked.get('language') ?? navigator.language).startsWith('zh') ? TEXTS.zh : {};
if (texts.title) document.documentElement.lang = 'zh-CN';
for (const node of document.querySelectorAll('[data-text]')) {
  node.textContent = texts[node.dataset.text] ?? node.textContent;
}

async function finish(outcome) {
  for (const button of document.querySelectorAll('button')) button.disabled = true;
  try {
    const body = new URLSearchParams({ client_secret: asked.get('client_secret') ?? '', outcome });
    const response = await fetch('/three_d_secure', { method: 'POST', body });
    const answer = await response.json();
    if (window.parent !== window) {
      // The page's origin is not known here, and nothing that is sent is secret from it.
      window.parent.postMessage({ event: 'authenticated' }, '*');
    } else if (answer.return_url) {
      location.assign(answer.return_url);
    }
  } catch {
    document.getElementById('problem').textContent =
      texts.unreachable ?? 'The bank could not be reached. Please try again.';
    for (const button of document.querySelectorAll('button')) button.disabled = false;
  }
}

for (const outcome of ['complete', 'fail']) {
  document.getElementById(outcome).addEventListener('click', () => void finish(outcome));
}
document.getElementById('complete').focus();
