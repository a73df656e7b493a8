// Facts as a test tells them: recorded one after the other, read back as dossiers at any basis.
// What a ledger and its projector do, without either.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "ledger/event.h"
#include "projections/dossier.h"
#include "projections/knowledge.h"
#include "projections/pack.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

inline constexpr ledger::Area hangzhou{330100};
inline constexpr ledger::Area xihu{330106};
inline constexpr ledger::Area tonglu{330122};
inline constexpr ledger::Area shanghai{310101};

inline ledger::Date day(std::string_view text) { return ledger::parse_date(text).value(); }

inline ledger::PersonId person(std::uint8_t number) {
  ledger::PersonId id;
  id.bytes.fill(number);
  return id;
}
inline ledger::UnitId unit(std::uint8_t number) {
  ledger::UnitId id;
  id.bytes.fill(number);
  return id;
}

/// Whom most tests are about.
inline const auto the_child = person(1);

inline std::filesystem::path repository() { return KINLEDGER_SOURCE_DIR; }
inline std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}
inline std::string hangzhou_2021() {
  return file_text(repository() / "projections/packs/hangzhou-2021.toml");
}

/// An event being told: type, valid date, fields.
class Telling {
 public:
  explicit Telling(ledger::EventType type) {
    draft_.type = type;
    draft_.envelope.jurisdiction = hangzhou;
  }
  Telling& on(std::string_view date) {
    draft_.envelope.valid_on = day(date);
    return *this;
  }
  Telling& in(ledger::Area jurisdiction) {
    draft_.envelope.jurisdiction = jurisdiction;
    return *this;
  }
  template <class Value>
  Telling& with(ledger::Field field, const Value& value) {
    draft_.set(field, value);
    return *this;
  }
  Telling& until(std::string_view date) { return with(ledger::Field::until, day(date)); }

  const ledger::EventDraft& draft() const { return draft_; }

 private:
  ledger::EventDraft draft_;
};

class RecordedFacts {
 public:
  /// Records the event and gives its sequence.
  ledger::Sequence record(const Telling& telling) { return append(telling.draft()); }

  /// Restates the fact that was recorded at `target`.
  ledger::Sequence correct(ledger::Sequence target, const Telling& telling) {
    auto draft = telling.draft();
    draft.envelope.fact = event_at(target).envelope().fact;
    draft.correction = correction_of(target);
    return append(std::move(draft));
  }
  ledger::Sequence revoke(ledger::Sequence target) {
    return correct(target, Telling(ledger::EventType::event_voided));
  }

  void adopt(std::string_view toml) {
    auto reading = read_pack(toml);
    for (const auto& error : reading.errors) {
      ADD_FAILURE() << error.line << ":" << error.column << " " << error.reason.code << " "
                    << error.reason.en;
    }
    ASSERT_TRUE(reading.pack);
    const auto drafts = compile(*reading.pack, day("2021-01-01"));
    ASSERT_TRUE(drafts);
    for (const auto& draft : *drafts) append(draft);
  }

  ledger::TreeSize size() const { return {rows_.size()}; }
  ledger::EventView event_at(ledger::Sequence sequence) const {
    return ledger::EventView::read(rows_.at(sequence.value).event).value();
  }

  ledger::Result<Dossier> dossier(const Subject& subject,
                                  std::optional<ledger::TreeSize> basis = {},
                                  Extent extent = Extent::whole) const {
    DossierBuilder builder(subject, extent);
    const auto end = basis.value_or(size()).value;
    for (std::uint64_t sequence = 0; sequence < end; ++sequence) {
      const auto& row = rows_.at(sequence);
      if (std::ranges::find(row.subjects, subject) == row.subjects.end()) continue;
      builder.add({sequence}, row.event);
    }
    return builder.build();
  }
  Rulebook rulebook(std::optional<ledger::TreeSize> basis = {}) const {
    return Rulebook(dossier(Subject::region(), basis).value());
  }
  DossierLoader loader(std::optional<ledger::TreeSize> basis = {}) const {
    return [this, basis](const Subject& subject, Extent extent) {
      return dossier(subject, basis, extent);
    };
  }

 private:
  struct Row {
    ledger::Bytes event;
    std::vector<Subject> subjects;
  };

  ledger::Correction correction_of(ledger::Sequence target) const {
    const auto replaced = event_at(target);
    ledger::Correction correction;
    correction.replaces = target;
    correction.cause = ledger::CorrectionCause::transcription_error;
    correction.authority = ledger::CorrectionAuthority::agency;
    correction.former_persons = replaced.persons();
    correction.former_units = replaced.units();
    return correction;
  }

  ledger::Sequence append(ledger::EventDraft draft) {
    if (draft.envelope.fact.is_zero()) {
      const std::uint64_t number = rows_.size() + 1;
      std::memcpy(draft.envelope.fact.bytes.data(), &number, sizeof number);
    }
    Row row;
    EXPECT_TRUE(ledger::encode(draft, row.event));
    const auto event = ledger::EventView::read(row.event).value();
    for (const auto& id : event.persons()) row.subjects.push_back(Subject::of(id));
    for (const auto& id : event.units()) row.subjects.push_back(Subject::of(id));
    if (draft.correction) {
      for (const auto& id : draft.correction->former_persons) {
        row.subjects.push_back(Subject::of(id));
      }
      for (const auto& id : draft.correction->former_units) {
        row.subjects.push_back(Subject::of(id));
      }
    }
    if (row.subjects.empty()) row.subjects.push_back(Subject::region());
    rows_.push_back(std::move(row));
    return {rows_.size() - 1};
  }

  std::vector<Row> rows_;
};

/// The ids of the rules, in their order.
inline std::vector<std::string> ids(std::span<const Rule* const> rules) {
  std::vector<std::string> all;
  for (const auto* rule : rules) all.push_back(rule->id);
  return all;
}

}  // namespace kinledger::projections
