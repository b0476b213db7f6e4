@testable import Simulator

/// The exchanges that are played in another way than all others, or not at all, with the reason.
enum ContractTable {
  static func rule(for exchange: RecordedExchange) -> ContractRule { rules[exchange.identity] ?? ContractRule() }

  static let rules: [String: ContractRule] = {
    var rules: [String: ContractRule] = [:]
    for (file, own) in [
      ("01-identity.json", identity), ("02-pods.json", pods), ("03-watch.json", watches), ("04-logs.json", logs),
      ("05-rollouts.json", rollouts), ("06-scale.json", scale), ("07-eviction.json", evictions), ("08-nodes.json", nodes),
      ("09-journal-lease.json", journal),
      ("10-errors.json", errors), ("11-admission-policy.json", policies), ("12-pod-faults.json", faults),
    ] {
      for (name, rule) in own { rules["\(file) \(name)"] = rule }
    }
    return rules
  }()

  private static let protobuf = ContractRule.leftOut("the answer is protobuf, which none of our clients asks for")

  private static let identity: [String: ContractRule] = [
    "livez-verbose": ContractRule(comparison: .status),
    "api": .ignoring(["serverAddressByClientCIDRs"]),
    "apis": ContractRule(check: ContractChecks.groupsArePart),
    "apis-apps-v1": ContractRule(check: ContractChecks.resourcesArePart),
    "api-v1": ContractRule(check: ContractChecks.resourcesArePart),
    "apis-aggregated": ContractRule(check: ContractChecks.aggregatedIsPart),
    "self-subject-review": .ignoring(["extra"]),
    "self-subject-rules": .ignoring(["nonResourceRules"]),
    "sar-nonresource": .ignoring(["reason"]),
    "rbac-escalation": ContractRule(objects: ContractObjects.roleMaker, derivesState: false),
    "openid-configuration": .ignoring(["id_token_signing_alg_values_supported"]),
    "openid-jwks": ContractRule(comparison: .status),
    "openid-jwks-no-accept": ContractRule(comparison: .status),
    "token-request-pod-bound": ContractRule(objects: ContractObjects.agentPod, needsSimulator: true),
    "token-request-stale-pod-uid": ContractRule(objects: ContractObjects.agentPod),
    "token-review-valid": .ignoring(["extra"]),
    "token-review-pod-bound": ContractRule(comparison: .whole(ignoring: ["extra"]), needsSimulator: true),
    "token-review-one-of-many-audiences": .ignoring(["extra"]),
    "token-review-two-audience-token": .ignoring(["extra"]),
    "token-review-no-audience-asked": .ignoring(["extra"]),
    "token-review-api-token-no-audience": .ignoring(["extra"]),
    "token-review-pod-deleted-at-once": ContractRule(
      comparison: .whole(ignoring: ["extra"]), needsSimulator: true, before: ContractSteps.remove(ContractObjects.agentPod[0])),
    "token-review-pod-deleted-11s": ContractRule(needsSimulator: true, before: ContractSteps.advance(11)),
    "token-review-before-account-deleted": ContractRule(comparison: .whole(ignoring: ["extra"]), needsSimulator: true),
    "api-before-account-deleted": ContractRule(needsSimulator: true),
    "token-review-account-deleted-at-once": ContractRule(
      comparison: .whole(ignoring: ["extra"]), needsSimulator: true, before: ContractSteps.remove(ContractObjects.leavingAccount)),
    "api-account-deleted-at-once": ContractRule(needsSimulator: true),
    "token-review-account-deleted-11s": ContractRule(needsSimulator: true, before: ContractSteps.advance(11)),
    "api-account-deleted-11s": ContractRule(needsSimulator: true),
    "token-review-account-recreated": ContractRule(
      comparison: .whole(ignoring: []), objects: [ContractObjects.recreatedAccount], needsSimulator: true),
    "token-review-expired": ContractRule(needsSimulator: true, before: ContractSteps.expireTokens),
    "expired-token-as-api-login": ContractRule(needsSimulator: true),
  ]

  private static let pods: [String: ContractRule] = [
    "list-label": ContractRule(placing: ["list"], derivesState: false),
    "list-label-set": ContractRule(placing: ["list"], derivesState: false),
    "list-field-node": ContractRule(placing: ["list"], derivesState: false),
    "list-field-phase": ContractRule(placing: ["list"], derivesState: false),
    "list-field-two": ContractRule(placing: ["list"], derivesState: false),
    "page-1": ContractRule(placing: ["list"], derivesState: false),
    "page-2": ContractRule(derivesState: false), "page-3": ContractRule(derivesState: false),
    "page-with-selector": ContractRule(derivesState: false),
    "list-rv0": ContractRule(derivesState: false), "list-rv0-limit": ContractRule(derivesState: false),
    "list-not-older-than": ContractRule(derivesState: false), "list-exact": ContractRule(derivesState: false),
    "list-metadata-only": ContractRule(derivesState: false), "list-any": ContractRule(derivesState: false),
    "list-no-accept": ContractRule(derivesState: false),
    "list-pretty": ContractRule(comparison: .status, derivesState: false),
    "list-all": .ignoring(["continue", "remainingItemCount"]),
    "list-table": ContractRule(derivesState: false, check: ContractChecks.table(exactCells: true)),
    "list-table-include-none": ContractRule(derivesState: false, check: ContractChecks.table(exactCells: true)),
    "list-table-with-fallback": ContractRule(derivesState: false, check: ContractChecks.table(exactCells: false)),
    "get-metadata-only": ContractRule(objects: ContractObjects.webMetadata, derivesState: false),
    "list-protobuf": protobuf, "list-protobuf-or-json": protobuf,
  ]

  private static let watches: [String: ContractRule] = [
    "metadata-only": ContractRule(placing: ["no-resource-version"], derivesState: false),
    "table": .leftOut("the rows of a table are held by 02 list-table and by kubectl get -w"),
    "too-old-table": ContractRule(asksForLostVersion: true),
    "too-old-events": ContractRule(asksForLostVersion: true), "too-old-pods": ContractRule(asksForLostVersion: true),
    "too-old-pods-bookmarks": ContractRule(asksForLostVersion: true),
    "list-exact-compacted-events": ContractRule(asksForLostVersion: true),
    "list-continue-compacted-events": ContractRule(asksForLostVersion: true),
    "list-exact-too-old": ContractRule(asksForLostVersion: true), "list-continue-too-old": ContractRule(asksForLostVersion: true),
    "list-continue-compacted-pods": .leftOut("the recorded page begins after objects that no exchange shows"),
    "list-continue-inconsistent": .leftOut("the recorded page begins after objects that no exchange shows"),
    "list-exact-compacted": .leftOut("the objects behind the first are in no exchange"),
    "login-revoked-during-watch": ContractRule(
      afterOpening: ContractSteps.removeAll([ContractObjects.leaver, ContractObjects.leaverBinding])),
    "server-restart": .leftOut("a server that is stopping; ServerTests hold the simulator's own restart"),
    "server-starting": .leftOut("a server that is starting"),
    "server-starting-readyz": .leftOut("a server that is starting"),
  ]

  private static let rollouts: [String: ContractRule] = [
    "events-warning": .ignoring(["continue"]),
    "crash-log": ContractRule(placing: ["pods"], before: ContractSteps.logOfItsOwn("crash-log", "05-rollouts.json")),
  ]

  private static let scale: [String: ContractRule] = [
    "quota-pod-direct": .leftOut("quotas are asked only in a cluster where time passes"),
    "quota-pod-no-request": .leftOut("quotas are asked only in a cluster where time passes"),
    "scale-replicaset": ContractRule(objects: [ContractObjects.cartReplicas]),
    "deployment-json-test-zero": .ignoring(["status"]),
    "hpa-v1": .leftOut("autoscaling/v1 keeps its metrics in annotations; nobody here speaks it"),
  ]

  private static let evictions: [String: ContractRule] = [
    "no-budget-dry-run": ContractRule(objects: ContractObjects.stage(.front), derivesState: false),
    "dry-run-query": ContractRule(derivesState: false), "wrong-uid": ContractRule(derivesState: false),
    "wrong-rv": ContractRule(derivesState: false), "wrong-uid-dry-run": ContractRule(derivesState: false),
    "wrong-uid-under-budget": ContractRule(derivesState: false), "wrong-uid-then-right": ContractRule(derivesState: false),
    "success": ContractRule(derivesState: false),
    "refused": ContractRule(placing: ["pdb-after"], derivesState: false), "refused-dry-run": ContractRule(derivesState: false),
    "evict-terminating": ContractRule(derivesState: false), "name-mismatch": ContractRule(derivesState: false),
    "no-body": ContractRule(derivesState: false), "no-name": ContractRule(derivesState: false),
    "v1beta1": ContractRule(objects: ContractObjects.stage(.recovered), derivesState: false),
    "delete-is-not-asked": ContractRule(comparison: .status, derivesState: false),
    "two-budgets": ContractRule(placing: ["budgets"], objects: ContractObjects.stage(.front), derivesState: false),
    "pending": ContractRule(objects: ContractObjects.stage(.pending), derivesState: false),
    "unhealthy-refused": ContractRule(objects: ContractObjects.stage(.sick), derivesState: false),
    "unhealthy-always-allow": ContractRule(objects: ContractObjects.stage(.sickAlwaysAllowed), derivesState: false),
    "budget-not-yet-observed": ContractRule(objects: ContractObjects.stage(.fresh), derivesState: false),
    "budget-observed": ContractRule(objects: ContractObjects.stage(.freshObserved), derivesState: false),
    "never": ContractRule(objects: ContractObjects.stage(.never), derivesState: false),
  ]

  private static let nodes: [String: ContractRule] = [
    "table": ContractRule(placing: ["list"], check: ContractChecks.table(exactCells: true)),
    "drain-4-watch": .leftOut("the player's stream stays empty, which is not understood yet; drain is held by kubectl"),
    "drain-5-left": ContractRule(derivesState: false, check: ContractChecks.table(exactCells: true)),
    "node-down-out-of-service": ContractRule(derivesState: false, check: ContractChecks.table(exactCells: true)),
    "node-delete": ContractRule(objects: [ContractObjects.lostNode], derivesState: false),
    "node-down-log": .leftOut("the kubelet is out of reach"),
  ]

  private static let journal: [String: ContractRule] = [
    "every-namespace-has-one": ContractRule(objects: [ContractObjects.rootCertificates], derivesState: false),
    "immutable": ContractRule(objects: [ContractObjects.fixed]),
  ]

  private static let errors: [String: ContractRule] = [
    "invalid": ContractRule(objects: ContractObjects.shown("10-errors.json", "unknown-field-ignore")),
    "flow-control": ContractRule(before: ContractSteps.flowControl),
    "flow-control-patch": ContractRule(before: ContractSteps.flowControl),
    "flow-control-watch": ContractRule(before: ContractSteps.flowControl),
    "deprecated-api": ContractRule(comparison: .status),
    "exec-no-upgrade": ContractRule(objects: [ContractObjects.execPod], derivesState: false),
    "stale-and-invalid": ContractRule(objects: ContractObjects.shown("05-rollouts.json", "restart-default-manager")),
    "too-large-for-etcd-client": .leftOut("gRPC's limit between the API server and etcd"),
  ]

  private static let policies: [String: ContractRule] = [
    "policy-create": ContractRule(objects: ContractObjects.policyRights),
    "policy-status": ContractRule(
      comparison: .whole(ignoring: ["status"]), derivesState: false, before: ContractSteps.advance(1)),
    "allow-merge": ContractRule(before: ContractSteps.policyInForce),
    "variant-default-reason": ContractRule(objects: ContractObjects.policyVariants),
  ]

  private static let faults: [String: ContractRule] = [
    "table": ContractRule(placing: ContractObjects.podsOfTheTable, check: ContractChecks.table(exactCells: false)),
    "finalizer-table": ContractRule(placing: ["finalizer-still"], check: ContractChecks.table(exactCells: true)),
    "phases": ContractRule(derivesState: false, check: ContractChecks.table(exactCells: false)),
    "deployments": ContractRule(derivesState: false, check: ContractChecks.table(exactCells: true)),
    "finalizer-delete": .ignoring(["status"]),
    "evicted-table": ContractRule(placing: ["evicted-replaced"], check: ContractChecks.table(exactCells: true)),
  ]

  private static let logs: [String: ContractRule] = {
    var rules: [String: ContractRule] = [:]
    for (name, log) in ContractLogs.states { rules[name] = ContractRule(derivesState: false, needsSimulator: true, before: log) }
    rules["kubelet-unreachable"] = .leftOut("the kubelet is out of reach")
    rules["follow-tail"] = .leftOut("what comes after the tail is held by ServerTests, in a cluster where time passes")
    rules["crashloop-state"] = ContractRule()
    return rules
  }()
}
