@testable import Simulator

/// What a recording says about each object at each point: how the cluster looked when an exchange was sent.
struct ContractStates {
  private struct Sighting {
    let index: Int
    /// `nil` when the object was seen to be gone.
    let object: JSONValue?
  }

  struct Place: Hashable {
    let storage: String
    let key: ObjectKey
  }

  private var sightings: [Place: [Sighting]] = [:]

  init(_ exchanges: [RecordedExchange]) {
    for (index, exchange) in exchanges.enumerated() {
      for (type, object) in exchange.objects { note(type, object, index) }
      let target = exchange.resource
      guard let type = target.type, !target.name.isEmpty, target.subresource.isEmpty else { continue }
      let key = ObjectKey(namespace: type.namespaced ? target.namespace : "", name: target.name)
      let isGone = exchange.status == 404 && exchange.body["reason"] == "NotFound"
      let wasDeleted = exchange.method == "DELETE" && exchange.body["kind"] == "Status" && exchange.body["status"] == "Success"
      if isGone || wasDeleted {
        sightings[Place(storage: type.storage, key: key), default: []].append(.init(index: index, object: nil))
      }
    }
  }

  private mutating func note(_ type: ResourceType, _ object: JSONValue, _ index: Int) {
    let key = ObjectKey(namespace: type.namespaced ? object.namespace : "", name: object.name)
    sightings[Place(storage: type.storage, key: key), default: []].append(Sighting(index: index, object: object))
  }

  /// The latest state before an exchange with its index; the first one after it when there is none before.
  func before(_ index: Int, _ place: Place) -> (index: Int, object: JSONValue?)? {
    guard let all = sightings[place] else { return nil }
    if let last = all.last(where: { $0.index < index }) { return (last.index, last.object) }
    return all.first { $0.index > index && $0.object != nil }.map { (-1, $0.object) }
  }
}
