import "ses"; lockdown(); await import("./.t-frozen.mjs");
