import type { Text } from './en.ts';

const UNIT = { day: '天', week: '周', month: '个月' };
const EACH = { day: '每天', week: '每周', month: '每月' };

/** Simplified Chinese, written for its readers rather than rendered from the English. */
export const zhCn: Text = {
  shell: {
    skip: '跳到正文',
    home: '首页',
    signIn: '登录',
    menu: '我的账户',
    signedInAs: '当前登录',
    account: '代币与订单',
    security: '登录与安全',
    signOut: '退出登录',
    signingOut: '正在退出',
    language: '语言',
    languages: { en: 'English', 'zh-cn': '简体中文' },
    paused: '销售暂停中，您仍可查看订单和代币。',
    footer: (name) => `代币由 ${name} 出售，本页内容由其负责。`,
    loading: '正在加载',
    retry: '重试',
    copy: '复制',
    copied: '已复制',
    request: '请求编号',
    missing: { title: '页面不存在', sentence: '链接可能已失效或有误。', back: '查看档位' },
  },
  home: {
    tiers: '销售档位',
    price: '每份',
    perUnit: (tokens) => `每份 ${tokens}`,
    left: (available, total) => `剩余 ${available} / ${total} 份`,
    limit: (units) => `每人限购 ${units} 份`,
    opens: '开售时间',
    closes: '截止时间',
    state: { open: '正在销售', upcoming: '即将开售', sold_out: '已售罄', closed: '已结束' },
    buy: '购买',
    empty: '暂无档位，销售尚未公布。',
    how: '购买流程',
    steps: (network) => [
      ['选择档位', '价格、代币数量和剩余份数一目了然，看清再决定。'],
      ['登录', '用邮箱或钱包登录。钱包签名不花费用，也不动用资产。'],
      ['银行卡支付', '付款期间，您选的份数会为您保留。'],
      ['接收代币', `代币按期发放到您在 ${network} 上的钱包。`],
    ],
    vesting: '代币何时到账',
    start: '购买',
    atOnce: (percent) => `付款确认后首次发放 ${percent}。`,
    cliff: (amount, unit) => `随后锁定 ${amount} ${UNIT[unit]}。`,
    linear: (parts, unit) => (parts === 1 ? '其余一次发放。' : `其余分 ${parts} 期等额发放，${EACH[unit]}一期。`),
    after: (amount, unit) => `${amount} ${UNIT[unit]}后`,
    curve: '已发放代币占比随时间变化',
    terms: '销售条款',
    termsVersion: (version) => `版本 ${version}`,
  },
  refusalUnknown: '我们这边出了问题，请再试一次。',
  refusal: {
    'network.unreachable': '无法连接服务器，请检查网络后重试。',
    'request.rate_limited': '操作过于频繁，请稍候再试。',
  },
};
