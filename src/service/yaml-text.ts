/** A body that came as YAML, unread: only documents are written in it. */
export class YamlText {
  constructor(readonly text: string) {}
}
