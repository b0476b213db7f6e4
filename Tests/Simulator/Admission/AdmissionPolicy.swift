/// One policy with its expressions.
struct AdmissionPolicy {
  /// A validation that does not hold.
  struct Failure {
    let message: String
    let reason: String
  }

  private let spec: JSONValue

  init(_ policy: JSONValue) { spec = policy["spec"] ?? [:] }

  private var failsOnError: Bool { spec["failurePolicy"]?.string != "Ignore" }

  /// The validations that a change fails, in their order.
  func verdict(on request: AdmissionRequest, namespace: JSONValue?) -> [Failure] {
    var evaluator = evaluator(request, namespace)
    for condition in spec["matchConditions"]?.array ?? [] {
      switch outcome(of: condition["expression"]?.string ?? "", &evaluator) {
      case .success(.bool(true)): continue
      case .success: return []
      case .failure(let error):
        return failsOnError ? [Failure(message: "failed to evaluate match condition: \(error.message)", reason: "Invalid")] : []
      }
    }
    return (spec["validations"]?.array ?? []).compactMap { failure(of: $0, &evaluator) }
  }

  private func failure(of validation: JSONValue, _ evaluator: inout CELEvaluator) -> Failure? {
    let expression = validation["expression"]?.string ?? ""
    let reason = validation["reason"]?.string ?? "Invalid"
    switch outcome(of: expression, &evaluator) {
    case .success(.bool(true)): return nil
    case .success: return Failure(message: message(of: validation, expression, &evaluator), reason: reason)
    case .failure(let error):
      guard failsOnError else { return nil }
      return Failure(message: "expression '\(expression)' resulted in error: \(error.message)", reason: "Invalid")
    }
  }

  private func message(of validation: JSONValue, _ expression: String, _ evaluator: inout CELEvaluator) -> String {
    if let source = validation["messageExpression"]?.string, !source.isEmpty,
      case .success(.string(let text)) = outcome(of: source, &evaluator), !text.isEmpty
    {
      return text
    }
    return validation["message"]?.string ?? "failed expression: \(expression)"
  }

  private func outcome(of source: String, _ evaluator: inout CELEvaluator) -> Result<JSONValue, CELError> {
    do throws(CELError) {
      return .success(try evaluator.value(try Self.parsed(source)))
    } catch {
      return .failure(error)
    }
  }

  private static func parsed(_ source: String) throws(CELError) -> CELExpression {
    do {
      return try CELParser.parse(source)
    } catch {
      throw CELError(message: error.message)
    }
  }

  private func evaluator(_ request: AdmissionRequest, _ namespace: JSONValue?) -> CELEvaluator {
    var variables: [String: CELExpression] = [:]
    for variable in spec["variables"]?.array ?? [] {
      guard let name = variable["name"]?.string else { continue }
      variables[name] = try? CELParser.parse(variable["expression"]?.string ?? "")
    }
    return CELEvaluator(
      names: [
        "object": request.object ?? .null, "oldObject": request.oldObject ?? .null, "request": request.attributes,
        "namespaceObject": namespace ?? .null, "params": .null,
      ], variables: variables)
  }

  /// What is wrong with the expressions of a policy that somebody writes (recordings, 11 policy-bad-cel).
  static func errors(in policy: JSONValue) -> [FieldError] {
    var errors: [FieldError] = []
    for (member, expressions) in [
      ("matchConditions", ["expression"]), ("variables", ["expression"]), ("validations", ["expression", "messageExpression"]),
    ] {
      for (index, entry) in (policy[path: "spec", member]?.array ?? []).enumerated() {
        for name in expressions {
          guard let source = entry[name]?.string else { continue }
          do {
            _ = try CELParser.parse(source)
          } catch {
            errors.append(.invalid("spec.\(member)[\(index)].\(name)", "\"\(source)\"", compilerMessage(error, source)))
          }
        }
      }
    }
    return errors
  }

  private static func compilerMessage(_ error: CELSyntaxError, _ source: String) -> String {
    "compilation failed: ERROR: <input>:1:\(error.position + 1): \(error.message)\n | \(source)\n | "
      + String(repeating: ".", count: error.position) + "^"
  }

  /// What the server adds to a new policy.
  static func applyDefaults(to policy: inout JSONValue) {
    policy["spec"]?.setDefault("failurePolicy", "Fail")
    guard policy[path: "spec", "matchConstraints"] != nil else { return }
    for member in ["namespaceSelector", "objectSelector"] { policy["spec"]?["matchConstraints"]?.setDefault(member, [:]) }
    policy["spec"]?["matchConstraints"]?.setDefault("matchPolicy", "Equivalent")
    let rules = (policy[path: "spec", "matchConstraints", "resourceRules"]?.array ?? []).map { rule in
      var rule = rule
      rule.setDefault("scope", "*")
      return rule
    }
    policy["spec"]?["matchConstraints"]?["resourceRules"] = .array(rules)
  }
}
