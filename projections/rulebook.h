// The rulebook (规则集): the rules, declarations, parameters and interpretations in force as known
// at a basis, read from the region's dossier. An answer at an old basis thus uses the rules that
// were known then.
//
// What counts:
//   packs            of each pack the latest adoption; the rules of earlier adoptions of the same
//                    pack no longer count
//   rule versions    of two versions of (id, kind) the later published one governs its period, the
//                    other what is left of its own; a rule in force takes the period of those that
//                    it replaces in the same way
//   interpretations  InterpretationAdopted in force on the date, the later one first; else the
//                    choice that the pack declares
//
// What cannot be read is a defect: it is reported and does not count.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/money.h"
#include "ledger/refusal.h"
#include "ledger/types.h"
#include "projections/declarations.h"
#include "projections/dossier.h"
#include "projections/rule.h"

namespace kinledger::projections {

/// Which choice holds for an interpretation or an open point.
struct Reading {
  std::string_view point;        ///< "I-03"; empty when no pack declares one
  std::string_view choice;       ///< "birthday"
  std::string_view alternative;  ///< open point that holds the other readings, may be empty
  std::optional<ledger::Sequence> adopted;  ///< the event, when not by the pack
};

/// A value of ParameterAnnounced.
struct Announcement {
  ledger::Sequence sequence;
  std::optional<ledger::Fen> amount;
  std::optional<std::int64_t> number;
};

struct AnnouncementKey {
  ledger::Area jurisdiction;
  std::string_view name;  ///< code of list parameter
  ledger::Year year;
  std::string_view fiscal_level = {};
  ledger::Area area = {};
};

/// A policy event that could not be used (CHK-48).
struct PolicyDefect {
  ledger::Sequence sequence;
  std::string rule;  ///< may be empty
  ledger::Reason reason;
};

/// Immutable; any thread. Views and pointers it gives are valid as long as it is.
class Rulebook {
 public:
  /// From the region's dossier at the basis.
  explicit Rulebook(Dossier region);
  Rulebook(Rulebook&&) = default;

  const Dossier& region() const { return region_; }

  /// The rules of a kind that govern the date in a pooling region, the document of higher
  /// precedence first, then by id.
  std::vector<const Rule*> rules_of(RuleKind kind, ledger::Area jurisdiction,
                                    ledger::Date on) const;
  /// The same without a date: rules that name the year or the payment dates they are for (coverage,
  /// premium, rectification_deadline, scheme_end) are chosen by those. Within an id the earlier
  /// period comes first.
  std::span<const Rule* const> rules_of(RuleKind kind, ledger::Area jurisdiction) const;
  /// The first of those that govern the date, or null.
  const Rule* first_rule(RuleKind kind, ledger::Area jurisdiction, ledger::Date on) const;
  /// The part of that kind which governs the date, or null.
  const Rule* rule(std::string_view id, RuleKind kind, ledger::Date on) const;
  /// Every part of a rule that governs the date.
  std::vector<const Rule*> rule(std::string_view id, ledger::Date on) const;
  /// Every version that counts, with the period for which it does, by jurisdiction, id, kind and
  /// period.
  std::span<const Rule> rules() const { return rules_; }
  /// Versions that were published and count no longer, for "all ever adopted".
  std::span<const Rule> superseded() const { return superseded_; }

  Reading reading(Convention convention, ledger::Area jurisdiction, ledger::Date on) const;
  Reading reading(std::string_view point, ledger::Area jurisdiction, ledger::Date on) const;
  ledger::AgeDayRule age_day(ledger::Area jurisdiction, ledger::Date on) const;

  /// The latest announcement for this name and year. One for the level and the area of the key is
  /// preferred to one that names neither and so holds for all.
  std::optional<Announcement> announced(const AnnouncementKey& key) const;

  /// The packs that count, in the order of their adoption.
  std::span<const Declarations* const> packs() const { return packs_; }
  std::vector<ledger::Area> jurisdictions() const;
  const Document* document(ledger::Area jurisdiction, std::string_view tag) const;
  const Point* point(ledger::Area jurisdiction, std::string_view id) const;
  const AreaSet* area(ledger::Area jurisdiction, std::string_view name) const;

  /// The vocabulary is the union over all packs, for the intake and for display.
  bool is_code(std::string_view list, std::string_view code) const;
  bool has_code_list(std::string_view list) const;
  /// Null when no pack declares it.
  const Code* code(std::string_view list, std::string_view code) const;

  std::span<const PolicyDefect> defects() const { return defects_; }

 private:
  /// One adoption of a pack; rules resolve the names they use in the adoption they came with.
  struct Adoption {
    ledger::Sequence sequence;
    std::unique_ptr<Declarations> declarations;
  };
  /// A document that was published without a pack.
  struct PublishedDocument {
    ledger::Area jurisdiction;
    Document document;
  };

  void read_adoptions();
  void read_documents();
  void read_rules();
  std::optional<Rule> read_rule(const Fact& fact, const Declarations& declared);
  const Adoption* adoption_of(std::string_view pack, ledger::Sequence before) const;
  bool is_latest(const Adoption& adoption) const;
  void settle_versions(const std::vector<Rule>& versions);
  void check_interpretations();
  void merge_vocabulary();
  void defect(const Fact& fact, ledger::Reason reason);

  const Fact* adopted(const Point& point, ledger::Area jurisdiction, ledger::Date on) const;
  Reading reading_of(const Point& point, ledger::Area jurisdiction, ledger::Date on) const;

  Dossier region_;
  std::vector<Adoption> adoptions_;         // by sequence, superseded ones too
  std::vector<const Declarations*> packs_;  // the latest of each pack, by adoption
  std::vector<PublishedDocument> documents_;
  std::vector<CodeList> vocabulary_;  // lists and codes sorted by name
  std::vector<Rule> rules_;
  std::array<std::vector<const Rule*>, rule_kind_count> by_kind_;  // into rules_, by jurisdiction
  std::vector<Rule> superseded_;
  std::vector<PolicyDefect> defects_;
};

}  // namespace kinledger::projections
