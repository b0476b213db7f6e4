/** What the control plane sends, as far as the console reads it. Times are RFC 3339. For editors, `tsc --checkJs`; not served. */

export interface Incident {
  id: number
  timestamp: string
  alert_name: string
  severity: string
  namespace: string
  pod?: string | null
  description: string
  /** Telling lines, redacted, one per line. */
  logs: string
  ai_analysis?: string | null
  /** From 0 to 1. */
  confidence?: number | null
  action_taken?: string | null
  verified?: boolean | null
  state: string
  workload?: string | null
  updated_at: string
  decided_by?: string | null
  conclusion?: string | null
}

export interface IncidentPage {
  incidents: Incident[]
  /** Asks for the next page as `before`. */
  next?: number | null
}

export interface Parameters {
  replicas?: number | null
  revision?: number | null
}

export interface Proposal {
  id: string
  incident: number
  action: string
  target: string
  parameters: Parameters
  risk: string
  confidence?: number | null
  reasoning?: string | null
  reasons: string[]
  asked_at: string
  expires_at: string
}

/** A Swift enum: one key, the case; its values under `_0` or their labels. */
export type Variant = Record<string, any>

export interface Order {
  incident: string
  action: string
  target: { apiVersion: string, kind: string, namespace: string, name: string, uid: string }
  preconditions: { templateDigest?: string | null, replicas?: number | null }
  parameters: Parameters
  risk: string
  verdictDigest: string
}

export interface Story {
  incident: Incident
  timeline: { sequence: number, incident: number, at: string, stage: string, summary: string, hash: string }[]
  decision?: {
    reasoning: string
    confidence: number
    findings: { statement: string, facts: string[] }[]
    considered: { choice: Variant, score: number, rationale: string }[]
    precedents: { incident: number, alertName: string, action: string, verified: boolean, at: string }[]
    modelAbsence?: string | null
  } | null
  verdict?: { answers: { rule: string, answer: Variant }[] } | null
  order?: Order | null
  approval?: { order: Order, answer?: Variant | null } | null
  execution?: Variant | null
  verification?: { verified: boolean, reason: string, at: string } | null
  evidence?: {
    gatheredAt: string
    facts: { id: string, source: string }[]
    omissions: { what: string, why: string }[]
  } | null
}

export interface Health {
  status: string
  k8s: boolean
  groq: boolean
  auto_action: boolean
  database: boolean
}

export interface Agent {
  namespace: string
  connected: boolean
  last_contact: string
  workloads?: number | null
  pods?: number | null
  pods_not_ready?: number | null
  impairments: string[]
}
