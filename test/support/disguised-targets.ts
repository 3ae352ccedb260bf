/**
 * Request targets that lead to `/dashboard` for a program that resolves dots, backslashes or escapes, and that a program which does
 * not takes for another path; `authority` stands in the absolute ones. Each is a byte a character.
 */
export function disguisedTargets(authority: string): readonly string[] {
  const paths = [
    // Backslashes, which the URL standard reads as slashes.
    ...[
      "/apps/..\\dashboard",
      "/apps/..\\dashboard/sign-in",
      "/app/..\\..\\dashboard",
      "/apps/.\\..\\dashboard",
    ],
    ...[
      "\\dashboard",
      "/\\dashboard",
      "/dashboard\\",
      "/dashboard\\x",
      "/app\\..\\dashboard",
      "/apps\\..\\dashboard",
    ],
    // Dots and escapes of them, in both cases.
    ...["/apps/../dashboard", "/apps/%2e%2e/dashboard", "/apps/%2E%2E/dashboard", "/apps/.%2e/dashboard"],
    ...[
      "/apps/%2e./dashboard",
      "/apps/%2e%2e\\dashboard",
      "/./dashboard",
      "/%2e/dashboard",
      "/apps/x/../../dashboard",
    ],
    ...[
      "/apps/../../dashboard",
      "/apps/./../dashboard",
      "/dashboard/.",
      "/dashboard/x/..",
      "/dashboard/../dashboard",
    ],
    // Escaped slashes and backslashes, once and twice.
    ...["/apps/..%2fdashboard", "/apps/..%2Fdashboard", "/apps/%2e%2e%2fdashboard", "/apps/..%5cdashboard"],
    ...[
      "/apps/..%5Cdashboard",
      "/apps/%252e%252e/dashboard",
      "/apps/..%252fdashboard",
      "/apps/..%255cdashboard",
    ],
    ...[
      "/dashboard%2f",
      "/dashboard%2Fassets",
      "/dashboard%5cx",
      "/dashboard%2e",
      "%2fdashboard",
      "/%2fdashboard",
    ],
    // Path parameters, which some servers cut off.
    ...[
      "/apps/..;/dashboard",
      "/apps/..;x=1/dashboard",
      "/apps;/../dashboard",
      "/dashboard;x",
      "/;/dashboard",
    ],
    // Empty segments.
    ...[
      "//dashboard",
      "///dashboard",
      "/apps//..//dashboard",
      "/apps//../../dashboard",
      "//apps/../dashboard",
    ],
    // Letters as escapes, and in the other case.
    ...[
      "/%64ashboard",
      "/%64%61shboard",
      "/%2564ashboard",
      "/d%61shboard/sign-in",
      "/DASHBOARD",
      "/Dashboard",
    ],
    // What ends a path, and what should not be in one.
    ...["/apps/x#/../../dashboard", "/dashboard#x", "/apps/x?/../../dashboard", "/apps/..?/dashboard"],
    ...[
      "/dash%00board",
      "/dashboard%00",
      "/dash\tboard",
      "/apps/..\\dash\tboard",
      "/apps/.. /dashboard",
      " /dashboard",
    ],
    ...["/apps/..\xef\xbc\x8fdashboard", "/apps/..\xa5dashboard", "/apps/\xe2\x80\xa4\xe2\x80\xa4/dashboard"],
    ...["*", "dashboard", "?/dashboard", "@x/dashboard"],
  ];
  const absolute = [
    ...[`http://${authority}/apps/..\\dashboard`, `HTTP://${authority}/apps/../dashboard`],
    ...[
      `http://${authority}\\dashboard`,
      `http:\\\\${authority}\\dashboard`,
      `http:/dashboard`,
      "http:dashboard",
    ],
    ...[`http://${authority}/apps/%2e%2e/dashboard`, `http://${authority}/apps/?@x/../dashboard`],
    ...[`http://${authority}/apps/../../dashboard`, `//${authority}/dashboard`],
  ];
  return [...paths, ...absolute];
}

/** The dashboard's paths as they are written plainly. */
export function plainTargets(authority: string): readonly string[] {
  return [
    ...["/dashboard", "/dashboard/", "/dashboard?x=1", "/dashboard/sign-in", "/dashboard/session"],
    ...[`http://${authority}/dashboard`, `https://${authority}/dashboard`],
  ];
}

/** `Host` headers that lead to `/dashboard` for a program that makes a URL of the header and the target. */
export const DISGUISED_HOSTS: readonly string[] = [
  ...[
    "a/dashboard",
    "a/dashboard?",
    "a/dashboard#",
    "a\\dashboard?",
    "a/dashboard/sign-in?",
    "a@b/dashboard?",
  ],
];
