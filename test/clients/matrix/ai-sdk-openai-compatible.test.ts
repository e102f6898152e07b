import { aiSdkOpenAICompatible } from './ai-sdk-openai-compatible.ts';
import { describeEssentials } from './describe-client.ts';

describeEssentials(aiSdkOpenAICompatible);
