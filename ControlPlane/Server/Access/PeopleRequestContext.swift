public import Hummingbird

/// A request on the people's port.
public struct PeopleRequestContext: RequestContext {
  public var coreContext: CoreRequestContextStorage
  /// Set by `Authentication`.
  var person: Person?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
  }
}
