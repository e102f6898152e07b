/** Names by which callers ask for Midjourney, with its version: https://docs.midjourney.com/hc/en-us/articles/32199405667853-Version. */
export const midjourneyModels = ['midjourney-v7', 'midjourney-v6'] as const;
