interface Route {
  readonly path: RegExp;
  readonly methods: Set<string>;
}

/** Which methods a path has: for 405 and OPTIONS, of which a router knows nothing. */
export class Routes {
  private readonly byPattern = new Map<string, Route>();

  /** `pattern` as routers write it: `/api/v1/runs/:id`. */
  add(method: string | readonly string[], pattern: string): void {
    const route = this.byPattern.get(pattern) ?? { path: pathOf(pattern), methods: new Set<string>() };
    this.byPattern.set(pattern, route);
    for (const one of [method].flat()) route.methods.add(one);
  }

  /** Sorted; none for a path that nobody serves. */
  methodsOf(url: string): readonly string[] {
    const [path = ''] = url.split('?');
    const routes = [...this.byPattern.values()].filter(route => route.path.test(path));
    return [...new Set(routes.flatMap(route => [...route.methods]))].sort();
  }
}

function pathOf(pattern: string): RegExp {
  const parts = pattern.split('/').map(part => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[^\w-]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('/')}$`);
}
