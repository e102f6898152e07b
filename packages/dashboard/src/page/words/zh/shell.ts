import type { shell as english } from '../en/shell.ts';

export const shell: typeof english = {
  skip: '跳到正文',
  navigation: '页面',
  pages: {
    overview: '概览',
    calls: '调用记录',
    upstreams: '上游',
    keys: '密钥与预算',
    jobs: '任务',
    playground: '试验台',
  },
  theme: '配色：{theme}',
  themes: { auto: '跟随系统', light: '浅色', dark: '深色' },
};
