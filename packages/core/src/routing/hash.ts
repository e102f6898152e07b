export { foldBytes, hashText, mix, offsetBasis } from '../protocol/hash.ts';
