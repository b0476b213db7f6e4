public import HTTP

/// Which Qdrant keeps the precedents. Prints without the key.
public struct QdrantSettings: Sendable {
  /// `QDRANT_URL`, without a slash at its end.
  public var url: String
  /// `QDRANT_API_KEY`.
  public var apiKey: Secret?
  public var collection: String
  /// For one search: a decision waits for it.
  public var searchDeadline: Duration
  /// For everything else.
  public var writeDeadline: Duration

  public init(
    url: String, apiKey: Secret? = nil, collection: String = "incidents", searchDeadline: Duration = .seconds(1),
    writeDeadline: Duration = .seconds(10)
  ) {
    self.url = url.last == "/" ? String(url.dropLast()) : url
    self.apiKey = apiKey
    self.collection = collection
    self.searchDeadline = searchDeadline
    self.writeDeadline = writeDeadline
  }
}
