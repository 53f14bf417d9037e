/** The folder that the files pretend to lie in, of a package named `app`. */
export const FOLDER = "/app/src/";
