/** Methods and functions that change nothing where they are called, by their names. */
export const asking =
  /^(c2c_)?(get|list|fetch|query|read|is|has|load|check|assert|verify|validate|ensure|lookup|find|count|estimate|compute)(_|$)|(^|_)(balance(_of)?|fee|allowance|metadata|status|exists|raw_rand|rate|price|info|details)$/;

/** What can be done once only, whoever does it first: another try finds nothing. */
export const removing = /^(c2c_)?(delete|remove|revoke|stop|uninstall|unregister)(_|$)/;
