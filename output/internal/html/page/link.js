// The state of the page in the fragment of its URL.

/** changed notes that the state of the page has changed. */
export function changed() {}
