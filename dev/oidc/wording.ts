/** What the login page says in one language. */
export interface Wording {
  lang: string;
  title: string;
  standIn: string;
  email: string;
  proceed: string;
  cancel: string;
  invalid: string;
  connection: string;
}

const ENGLISH: Wording = {
  lang: 'en',
  title: 'Sign in',
  standIn:
    'This page stands in for Auth0 on the local stack. Any e-mail address will do, and no password or code is asked for.',
  email: 'E-mail address',
  proceed: 'Continue',
  cancel: 'Cancel',
  invalid: 'That is not an e-mail address.',
  connection: 'Connection',
};

const CHINESE: Wording = {
  lang: 'zh-Hans',
  title: '登录',
  standIn: '此页面在本地环境中代替 Auth0。填写任意电子邮箱即可，无需密码或验证码。',
  email: '电子邮箱',
  proceed: '继续',
  cancel: '取消',
  invalid: '电子邮箱格式不正确。',
  connection: '登录方式',
};

/**
 * The first language both sides know, else English.
 *
 * @param locales BCP 47 tags separated by spaces, best first: the `ui_locales` of OpenID Connect
 */
export function wordingFor(locales: string): Wording {
  for (const tag of locales.toLowerCase().split(' ')) {
    const [language] = tag.split('-');
    if (language === 'zh') return CHINESE;
    if (language === 'en') return ENGLISH;
  }
  return ENGLISH;
}
