// What a page of `make e2e-codecs` can do.

export * from "./trial";
export * from "./trials";
