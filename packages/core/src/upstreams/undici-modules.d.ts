/** undici types its entry only; this is one of the modules behind it. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
