import { aiSdkAnthropic } from './ai-sdk-anthropic.ts';
import { describeEssentials } from './describe-client.ts';

describeEssentials(aiSdkAnthropic);
