import Clients
import HTTP
import Pipeline
import Store

extension Settings {
  /// Where precedents are kept.
  func precedentIndex(_ store: SQLiteIncidentStore, _ http: HTTPClient) -> any PrecedentIndex {
    guard let qdrant else { return SQLitePrecedentIndex(store) }
    return QdrantPrecedentIndex(settings: qdrant, client: http)
  }
}
