/** Bounds on a document, against input made to exhaust the reader. */
export interface XmlLimits {
  /** Elements inside one another, the root included. */
  readonly maxDepth: number;
  readonly maxAttributes: number;
  /** Elements that become objects, that is outside payloads. */
  readonly maxElements: number;
  /** Characters that declarations of outer namespaces may add to one document's payloads. */
  readonly maxPayloadAdditions: number;
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  maxDepth: 128,
  maxAttributes: 64,
  maxElements: 100_000,
  maxPayloadAdditions: 16 * 1024 * 1024,
};
