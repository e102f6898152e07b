/**
 * Bytes that one event of a stream may have before the stream is given up. A picture comes in one event, in Base64: four
 * and a half megabytes of it fit. More would let an upstream that never ends its event take more memory than one stream may.
 */
export const eventLimit = 6_291_456;
