/** File names of the browser build, relative to the site's root. Filled in by `vite.config.ts`. */
declare module 'virtual:browser-files' {
  const files: {
    script: string;
    imports: string[];
    styles: string[];
    /** By lower-case locale, as the text modules are named. */
    texts: Record<string, string>;
  };
  export default files;
}
