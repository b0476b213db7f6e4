/// Uids whose place in the inventory changed.
struct InventoryChange: Sendable, Equatable {
  private(set) var touched: Set<String>
  private(set) var removed: Set<String>

  init(touched: Set<String> = [], removed: Set<String> = []) {
    self.touched = touched
    self.removed = removed
  }

  var isEmpty: Bool { touched.isEmpty && removed.isEmpty }

  /// Adds what happened after it.
  mutating func merge(_ later: InventoryChange) {
    touched.subtract(later.removed)
    touched.formUnion(later.touched)
    removed.subtract(later.touched)
    removed.formUnion(later.removed)
  }
}
