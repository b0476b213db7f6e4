/// What to watch, and for how long.
public struct WatchOptions: Sendable {
  public var labelSelector: String?
  public var fieldSelector: String?
  /// After this the server ends the watch cleanly. Give each watch a different one, so that they do not all resume at once.
  public var timeout: Duration
  /// Without a line for so long the connection is taken for dead (``KubernetesError/transport(_:)``). Bookmarks come about
  /// each minute, but none at all for events, whose watches need a longer one than ``timeout``. A server that shuts down
  /// keeps its watches open and silent for 60 s.
  public var idleDeadline: Duration

  public init(
    labelSelector: String? = nil, fieldSelector: String? = nil, timeout: Duration = .seconds(300),
    idleDeadline: Duration = .seconds(150)
  ) {
    self.labelSelector = labelSelector
    self.fieldSelector = fieldSelector
    self.timeout = timeout
    self.idleDeadline = idleDeadline
  }

  func query(from resourceVersion: String) -> Query {
    var query = Query()
    query.add("watch", "1")
    query.add("allowWatchBookmarks", "true")
    query.add("resourceVersion", resourceVersion)
    query.add("timeoutSeconds", String(max(1, timeout.components.seconds)))
    query.add("labelSelector", labelSelector)
    query.add("fieldSelector", fieldSelector)
    return query
  }
}
