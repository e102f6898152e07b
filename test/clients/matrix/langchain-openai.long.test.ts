import { describeEssentials } from './describe-client.ts';
import { langchainChat, langchainResponses } from './langchain-openai.ts';

describeEssentials(langchainChat);
describeEssentials(langchainResponses);
