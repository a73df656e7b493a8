// The descriptions of the tables: every event that may be submitted has one, and no heading can be
// read in two ways.
#include "ledger/intake/form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "ledger/intake/fields.h"

namespace kinledger::ledger::intake {
namespace {

TEST(Form, IsThereForEveryEventThatMayBeSubmitted) {
  for (const TypeInfo& type : catalogue()) {
    const Form* form = find_form(type.name);
    EXPECT_EQ(form != nullptr, may_be_submitted(type)) << type.name;
    EXPECT_TRUE(form == nullptr || form->type == type.id);
  }
}

TEST(Form, IsFoundByTheNamesThatClerksKnow) {
  for (const char* name :
       {"registration-form", "legacy-members", "conversions", "enrollments", "premiums",
        "employment", "kinship", "annual-settlements", "reimbursements", "channel-funds", "top-ups",
        "surplus-recoveries", "units", "persons", "person-statuses"}) {
    ASSERT_NE(find_form(name), nullptr) << name;
    EXPECT_EQ(find_form(name)->name, name);
  }
  EXPECT_EQ(find_form("PremiumPaid"), find_form("premiums"));
  EXPECT_EQ(find_form("BindingRegistered")->has_block, false);
  EXPECT_EQ(find_form("PackAdopted"), nullptr);
  EXPECT_EQ(find_form(""), nullptr);
}

TEST(Form, HasNamesThatAreUnique) {
  std::set<std::string> names;
  for (const Form& form : forms()) {
    EXPECT_TRUE(names.insert(form.name).second) << form.name;
    EXPECT_FALSE(form.zh.empty());
    EXPECT_FALSE(form.en.empty());
  }
}

TEST(Form, OffersEveryFieldThatMayBeSubmitted) {
  for (const Form& form : forms()) {
    if (form.has_block) continue;
    for (const FieldInfo& field : type_info(form.type).fields) {
      const bool is_told = std::ranges::any_of(form.columns, [&](const FormColumn& column) {
        return column.field_name() == field.name;
      });
      const bool is_of_unit = field.id == Field::unit_number;
      EXPECT_EQ(is_told || is_of_unit, may_be_submitted(field) || is_of_unit)
          << form.name << " " << field.name;
    }
  }
}

TEST(Form, SharesHeadingsOnlyBetweenTheColumnsOfPersons) {
  for (const Form& form : forms()) {
    std::map<std::string, const FormColumn*> owners;
    for (const FormColumn& column : form.columns) {
      ASSERT_FALSE(column.zh.empty() || column.en.empty()) << form.name;
      for (const std::string& heading : column.headings) {
        const auto [owner, added] = owners.emplace(heading, &column);
        const bool is_of_person = column.part == Part::id_number || column.part == Part::id_type ||
                                  column.part == Part::name;
        const bool is_shared = is_of_person && owner->second->part == column.part &&
                               owner->second->field != column.field;
        EXPECT_TRUE(added || is_shared) << form.name << " " << heading;
      }
    }
  }
}

TEST(Form, HasHeadingsOfItsOwnForEachPersonInTemplates) {
  for (const Form& form : forms()) {
    std::set<std::string> headings;
    for (const FormColumn& column : form.columns) {
      EXPECT_TRUE(headings.insert(column.zh).second) << form.name << " " << column.zh;
    }
  }
}

TEST(ImportDocument, TellsEveryNamedFormWithItsColumns) {
  const auto path = std::filesystem::path(KINLEDGER_SOURCE_DIR) / "docs/IMPORT.md";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  for (const Form& form : forms()) {
    if (form.name == type_info(form.type).name) continue;
    const auto at = document.find("| `" + form.name + "` | " + form.zh);
    ASSERT_NE(at, std::string::npos) << form.name;
    const std::string line = document.substr(at, document.find('\n', at) - at);
    EXPECT_NE(line.find(type_info(form.type).name), std::string::npos) << form.name;
    for (const FormColumn& column : form.columns) {
      // On the form itself both numbers are headed alike.
      const std::string zh = form.has_block && column.part == Part::id_number ? "身份证号"
                             : form.has_block && column.part == Part::value   ? "是否参保"
                                                                              : column.zh;
      const bool is_told = line.find(" " + zh + ",") != std::string::npos ||
                           line.find(" " + zh + " |") != std::string::npos;
      EXPECT_EQ(is_told, column.required) << form.name << " " << column.zh;
    }
  }
}

TEST(Heading, IsComparedWithoutSpaceWidthAndCase) {
  EXPECT_EQ(normalised_heading(" 是否参保\n（少儿医保）　"), "是否参保(少儿医保)");
  EXPECT_EQ(normalised_heading("*Insurance Year："), "insuranceyear");
  EXPECT_EQ(normalised_heading("\xEF\xBB\xBF姓\xC2\xA0名*"), "姓名");
  EXPECT_EQ(normalised_heading("ＩＤ　ｎｕｍｂｅｒ"), "idnumber");
  EXPECT_EQ(normalised_heading(" \t"), "");
}

}  // namespace
}  // namespace kinledger::ledger::intake
