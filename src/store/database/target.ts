/** What is no URL of PostgreSQL is the path of a SQLite file. */
export const isPostgres = (target: string): boolean => /^postgres(ql)?:\/\//.test(target);
