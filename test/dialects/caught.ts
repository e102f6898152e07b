/** For `.catch()`: what was thrown, to look at. */
export const caught = (error: unknown): unknown => error;
