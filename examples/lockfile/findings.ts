import type { Package } from './contracts.js';

export function countLicences(packages: readonly Package[]) {
  const counts = new Map<string, number>();
  for (const { license } of packages) if (license) counts.set(license, (counts.get(license) ?? 0) + 1);
  return {
    counts: [...counts]
      .map(([name, count]) => ({ name, count }))
      .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
    unknown: packages.filter(({ license }) => !license).map(({ path }) => path),
  };
}

export function findDuplicates(packages: readonly Package[]) {
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of packages) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return [...versions]
    .filter(([, found]) => found.size > 1)
    .map(([name, found]) => ({ name, versions: [...found].toSorted() }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

export function findScripts(packages: readonly Package[]): string[] {
  return packages.filter(({ installScript }) => installScript).map(({ name, version }) => `${name}@${version}`);
}
