export const shell = {
  skip: 'Skip to the content',
  navigation: 'Pages',
  pages: {
    overview: 'Overview',
    calls: 'Calls',
    upstreams: 'Upstreams',
    keys: 'Keys & budgets',
    jobs: 'Jobs',
    playground: 'Playground',
  },
  theme: 'Colours: {theme}',
  themes: { auto: 'As the system', light: 'Light', dark: 'Dark' },
};
