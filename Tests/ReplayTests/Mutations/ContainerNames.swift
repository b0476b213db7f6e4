import Simulator

/// Other names for containers, in specs, states and metrics.
enum ContainerNames {
  static let ending = "-7b"

  private static let lists: Set<String> = [
    "containers", "initContainers", "containerStatuses", "initContainerStatuses", "ephemeralContainers",
  ]

  static func changed(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(changed))
    case .object(let members):
      .object(JSONObject(members.map { ($0.key, lists.contains($0.key) ? renamed($0.value) : changed($0.value)) }))
    default: value
    }
  }

  private static func renamed(_ list: JSONValue) -> JSONValue {
    .array(
      (list.array ?? []).map { container in
        var container = container
        if let name = container["name"]?.string { container["name"] = .string(name + ending) }
        return container
      })
  }
}
