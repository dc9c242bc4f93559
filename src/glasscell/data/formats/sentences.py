"""What the readers of files say, by code."""

from glasscell.facts import Code

# Ends of several sentences.
INCOMPLETE = "Is the line incomplete?"
LINES = "write JSON lines, one object a row: frame.to_json(FILE, orient='records', lines=True) in pandas does it"
ONE_KIND = "write values of one kind in it, numbers without quotes"
WIDTH = (
    "has {n} column{n:|s}; expected {expected} as in the first line (pad short rows with empty cells, and delete a "
    "title above the names; is the file incomplete?)"
)
JSON_LINES = (
    'is not one object of JSON ({words:cut}); expected lines such as {{"id": 1, "x": 0.5}}, or {{"x": [0.5, 0.7], '
    '"label": "up"}}. Is the file incomplete?'
)


class Formats(Code):
    """Of a file, its format, and what that holds, before it is understood as series."""

    # opening a file
    NOT_OPENED = "cannot be opened ({words}); check its name, and that you may read it"
    NOT_READ = "cannot be read ({words})"
    FOLDER = "is a folder; expected a file"
    EMPTY = "is empty; expected series"
    DAMAGED = "is damaged or incomplete ({words}); get the file again"
    TOO_LARGE = "contains more than {gigabytes:.0f} GB; split it into several"
    BEYOND_MEMORY = "does not fit into memory; split it into several"
    UNREADABLE = "cannot be read ({words}); write it with columns of numbers and text"

    # kinds of file that are refused
    PICKLE = "is a pickle, which could run code and is never read; save the data as CSV, Parquet or npz"
    HDF5 = "is an HDF5 file; save the data as CSV, Parquet or npz"
    MATLAB = "is a MATLAB file; save the data as CSV, Parquet or npz"
    DATABASE = "is a database; export a table as CSV"
    OLD_FEATHER = "is a Feather file of the first version; write it again with pandas 1 or later, or as CSV"
    OLD_EXCEL = "is an old Excel file (.xls), or one with a password; save it as .xlsx without one"
    OPEN_DOCUMENT = "is an OpenDocument file; save the table as .xlsx or CSV"
    PDF = "is a PDF; save the data as CSV, Parquet or npz"

    # unpacking
    EMPTY_ZIP = "is an empty zip file"
    ZIP_OF_NONE = "is a zip of 0 files (none); expected one: unpack it and name one of them"
    ZIP_OF_SEVERAL = "is a zip of {n} files ({names:names}); expected one: unpack it and name one of them"
    PACKED_TWICE = "is packed twice; unpack it once"
    BOMB = (
        "unpacks to more than {times} times its {megabytes:.3g} MB, as no real series does; if that is intended, "
        "unpack it first"
    )

    # the encoding of a text
    UNKNOWN_ENCODING = "encoding={encoding!r}: expected the name of an encoding, such as utf-8 or windows-1252"
    ENCODING_OF_BINARY = "encoding={encoding!r} goes with text, and this is a .{kind} file; leave it out"
    NUL_BYTE = "a NUL byte; expected text. Is the file damaged, or not a text file?"
    NOT_ENCODED = "is not text in {encoding}; name its encoding (--encoding)"
    WRONG_BYTE = "the byte 0x{byte:02x} is not {encoding}; save the file as UTF-8, or name its encoding (--encoding)"
    WRONG_BYTE_IN_BOTH = (
        "the byte 0x{byte:02x} is not {encoding} and not UTF-8 either; save the file as UTF-8, or name its encoding "
        "(--encoding)"
    )
    ENCODING = "text in {encoding}"
    ENCODING_AT_LAST = "text in {encoding}, as it is no UTF-8; if letters are wrong, name its encoding (--encoding)"

    # texts of columns
    LONG_FIRST_LINE = "line 1 is longer than {megabytes} MB; expected a table of lines"
    EMPTY_LINES = "contains nothing but empty lines; expected series"
    NO_TABLE = "the first lines are not a table ({words}); expected columns separated by commas or tabs"
    WIDTH_OF_LINE = "line {line} " + WIDTH
    WIDTH_OF_SOME_LINE = "the line that starts with {start!r} " + WIDTH
    EMPTY_ROWS = "left out {n} row{n:|s} in which every cell is empty"
    OPEN_QUOTE = "a line is longer than {megabytes} MB; is a quotation mark missing?"
    UNREADABLE_TABLE = "not a table that can be read ({words:cut})"
    SEPARATED = "columns separated by {separated}"
    SEPARATED_AND_MARKED = "columns separated by {separated}, {marks:, }"
    TABS = "tabs"
    SEMICOLONS = "semicolons"
    COMMAS = "commas"
    BARS = "bars"
    SPACES = "spaces"
    OTHER_SEPARATOR = "{separator!r}"
    QUOTES = "left out the marks {quote} around names and cells"

    # what stands above the rows of a table
    HEADER_ONLY = "contains a header but no rows; expected at least one series"
    COLUMNS_ONLY = "contains columns but no rows; expected at least one series"
    NAMED_BY_COMMENT = "columns are named by the comment before the first row"
    TITLE = "left out the line above the names: {title!r}"
    TITLES = "left out {n} lines above the names: {titles:, }{more}"
    ONE_TITLE = "{title!r}"
    MORE = " and {n} more"
    UNITS = "left out the row of units below the names: {units:names 4}"
    NO_NAMES = "columns {first} and {second} have no name; name them, or delete them"
    SAME_NAME = "two columns are called {column!r}; rename one"
    SAME_NAMES = "two columns have the same name; rename one"

    # marks in numbers
    UNKNOWN_DECIMAL = "decimal={decimal!r}: expected '.' or ','"
    DECIMAL_COMMAS = "decimal commas"
    DECIMAL_POINTS = "decimal points"
    GROUPED_BY_COMMAS = "commas between thousands"
    GROUPED_BY_POINTS = "points between thousands"
    GROUPED_BY_SPACES = "spaces between thousands"
    GROUPED_BY_APOSTROPHES = "apostrophes between thousands"
    UNCLEAR_COMMA = "{found!r} may have a decimal comma or one between thousands; choose by --decimal , or --decimal ."
    UNCLEAR_POINT = (
        "{found!r} in column {column!r} may be {value:g} or {other:.15g}; it is read as {value:g}: choose by "
        "--decimal . or --decimal ,"
    )
    UNCLEAR_MIXTURE = (
        "column {column!r} has {comma!r} and {point!r}, which are read as {of_comma:.15g} and {of_point:.15g}: if both "
        "are decimals, write them alike"
    )
    POINT_AMONG_COMMAS = (
        "{found!r} has a decimal point, but others have a decimal comma; write all numbers the same way"
    )
    COMMA_AMONG_POINTS = (
        "{found!r} has a decimal comma, but others have a decimal point; write all numbers the same way"
    )
    OTHER_MARKS = "found {found!r}, but the first lines have {marks: and }; write all numbers the same way"
    UNGROUPED = (
        "found {found!r} where another row has {other!r}; write all numbers with a mark between thousands, or none"
    )

    # sheets of an Excel file
    NO_OPENPYXL = 'is an Excel file, and openpyxl, which reads them, is not installed: pip install "glasscell[excel]"'
    DAMAGED_BOOK = "is damaged or incomplete ({words}); save it again"
    NO_SHEET = "there is no sheet {sheet!r}; the sheets are {sheets:reprs}"
    NO_TABLE_FIRST = (
        "the first sheet, {sheet!r}, holds no columns of numbers, but {others:reprs} do; name one after the file's "
        "name, as in 'FILE.xlsx#{others[0]:cut}'"
    )
    SHEET = "read from the sheet {sheet!r}"
    SHEET_WITH_TABLE = "read from the sheet {sheet!r}; left out {others:reprs}"
    FIRST_SHEET = (
        "read from the first sheet, {sheet!r}; left out {others:reprs} ('FILE.xlsx#{others[0]:cut}' reads "
        "{others[0]!r})"
    )
    EMPTY_SHEET = "the sheet {sheet!r} is empty; expected series there"
    EMPTY_SHEET_OF_SEVERAL = "the sheet {sheet!r} is empty; expected series there; the others are {others:reprs}"
    BEGINS_LATER = "the table begins in column {letter}"
    CELL_BESIDE = (
        "row {row} has {found!r} in column {letter}, which is empty in the first rows; expected cells in columns "
        "{first} to {last} only"
    )
    NUMBERS_AS_TEXT = "numbers written as text, {marks:, }"
    ERRORS = "{n} cell{n:|s} {n:holds an error|hold errors} (column{columns:|s} {columns:reprs}): read as missing"
    NO_RESULTS = (
        "{n} cell{n:|s} {n:holds a formula|hold formulas} without a result (column{columns:|s} {columns:reprs}), read "
        "as missing: open the file in Excel, and save it"
    )

    # Parquet and Feather
    DAMAGED_TABLE = "is damaged or incomplete ({words}); write it again"
    LARGE_TABLE = "{rows} rows of {columns} columns need more than {gigabytes:.0f} GB; split the file into several"

    # JSON
    JSON_ARRAY = "is one JSON array; write JSON lines, one object a line (jq -c '.[]' does it)"
    DEEP_JSON = "lists within lists within lists; expected an object of numbers and lists"
    LONG_JSON_LINE = "a line is longer than {megabytes} MB; write one object a line"
    NO_JSON_IN_LINE = "line {line} " + JSON_LINES
    NO_JSON = "a line " + JSON_LINES
    JSON_OBJECT = "one JSON object of {n} columns"
    LENGTHS_OF_COLUMNS = (
        "is one JSON object of columns, of which {longest!r} has {most} values, but {shortest!r} has {least}; " + LINES
    )
    NAME_TWICE = "an object has the name {name!r} twice; rename one"
    NAME_NO_TEXT = "is one JSON object with a name that is no text; rename it"
    DATA_BESIDE_COLUMNS = "is one JSON object, whose 'data' does not fit its 'columns'; " + LINES
    ROWS_WITHIN = "is one JSON object with its rows in {name!r}; " + LINES
    MIXED_IN_LINES = "found {found}, but {other} in line {other_line}; " + ONE_KIND
    MIXED_SOMEWHERE = "column {column!r} {words}; " + ONE_KIND
    MIXED = "column {column!r} mixes kinds of values ({why}); " + ONE_KIND
    STRAY_VALUE = "value {item} is {found}, value {other_item} {other}"
    A_TRUTH_VALUE = "{value}"
    A_NUMBER = "the number {value:cut}"
    A_TEXT = "the text {value!r}"
    A_LIST = "a list"
    AN_OBJECT = "an object"

    # .ts, .tsf and .arff: the head
    READ_AS = "read as {form}: {width} channel{width:|s}, {labels}"
    FORM_OF = "{form} of {name}"
    LABEL_EACH = "a label for each series"
    NO_LABELS = "no labels"
    BEFORE_DATA = "found {found!r} before @data; expected a line that starts with @"
    NO_DATA = "the line @data is missing; expected the head of a {form} file, @data, then one series a line"
    NO_DATA_IN_ARFF = "the line @data is missing; expected the head of an .arff file, @data, then one series a line"
    NO_COUNT = "@{key} is {found!r}; expected a whole number from 1 up"
    NO_TSF_ATTRIBUTE = "found {found!r}; expected @attribute, a name, and one of {kinds:, }"
    NO_ARFF_LINE = "found {found!r}; expected @relation, @attribute or @data"
    NO_ARFF_ATTRIBUTE = "found {found!r}; expected a name and a kind"
    WITHIN_RELATION = "found {found!r} within a relational attribute; expected @end"
    OPEN_RELATION = "a relational attribute does not end; expected a line that starts with @end"
    NO_ATTRIBUTES = "there is no @attribute before @data; expected one for each value and one for the class"
    BESIDE_RELATION = "a relational attribute beside other values; expected one relational attribute and a class"
    ATTRIBUTE_NOT_NUMERIC = "attribute {attribute!r} is {kind!r}; expected numeric for all but the class"

    # .ts, .tsf and .arff: a series a line
    HEAD_ONLY = "contains a head but no series; expected at least one"
    NO_NUMBER = (
        "line {line}, channel {channel}, value {place}: found {found!r}; expected a finite number, or ? where one is "
        "missing"
    )
    UNKNOWN_LABEL = "the label is {label!r}; expected one of {classes:names}. " + INCOMPLETE
    NO_LABEL = "the label is {label!r}; expected one of any text. " + INCOMPLETE
    NO_TARGET = "the label is {label!r}; expected one of a number. " + INCOMPLETE
    CHANNEL_COUNT = "{n} channels; expected {expected}. " + INCOMPLETE
    NO_CHANNELS = "0 channels; expected at least 1. " + INCOMPLETE
    OTHER_CHANNEL_COUNT = "{n} channels, but the first series has {expected}. " + INCOMPLETE
    CHANNEL_LENGTHS = "channels of {least} to {most} values; expected the same number in all. " + INCOMPLETE
    OTHER_LENGTH = "{n} steps, but the first series has {expected} and @equalLength is true. " + INCOMPLETE
    NO_PAIRS = (
        "line {line}, channel {channel}: found {found!r}; expected pairs of time and value, (0,1.5),(1,2.5). "
        + INCOMPLETE
    )
    TIME_TWICE = "line {line}, channel {channel}: a time appears twice; expected each time once in a channel"
    ATTRIBUTE_COUNT = "{n} attributes before the values; expected {expected}, each ended by a colon. " + INCOMPLETE
    SERIES_TWICE = "the series {series!r} appears again; give each a name of its own"
    SPARSE = "sparse data in braces cannot be read; write every value"
    VALUE_COUNT = "{n} values; expected {expected}. " + INCOMPLETE
    UNEQUAL_CHANNELS = "the channels differ in length; expected the same number of values in all"
    NO_RELATION = "found {found!r}; expected the channels of a series within quotes"

    # NumPy's arrays
    THE_ARRAY = "the array"
    ARRAY = "array {name!r}"
    NO_X = "there is no array x, only {names:names}; expected x (N, T, D), and optionally y, lengths, channels, ids"
    SEVERAL_OF_ROLE = "{first!r} and {second!r} may both be {role}; leave one out, or rename it"
    ARRAY_BOMB = (
        "{array} unpacks to more than {times} times its size, as no real series does; if that is intended, save it by "
        "np.save"
    )
    DAMAGED_ARRAY = "{array} is damaged or incomplete ({words}); save it again"
    DAMAGED_START = "{array} is damaged at its start ({words}); save it again by np.save"
    PICKLED_ARRAY = (
        "{array} contains a pickle, which could run code and is never read; save it as an array of numbers, or of "
        "texts (y.astype(str))"
    )
    OTHER_DTYPE = "{array} is an array of {dtype}; expected numbers"
    IMPOSSIBLE_SHAPE = "{array} has the impossible shape {shape!s}; save it again by np.save"
    SHORT_FILE = "{array} is incomplete: its shape {shape!s} needs {needed} bytes, but there are {n}; save it again"
    SHORT_ARRAY = "{array} is incomplete: {n} of {needed} bytes; save it again"
    LARGE_ARRAY = "{array} needs {gigabytes:.0f} GB; save x by np.save, which can be read in parts"
    X_WITHOUT_SERIES = "x is {dtype} {shape!s}; expected numbers (N, T, D), or (N, T) for one channel"
    LARGE_X = "x is {shape!s}, more than {gigabytes:.0f} GB; split it"
    OTHER_SHAPE = "{name} has the shape {shape!s}; expected ({expected},) beside x {of_x!s}"
    NO_LENGTHS = "lengths is {dtype} {first} …; expected whole numbers from 0 to {steps}"
    TIME_LAST = ": x has {width} channels, so if time is its last axis, save np.transpose(x, (0, 2, 1))"
    DAMAGED_TEXT = "{name} is damaged: it contains characters that are not text; save it again"
    LABELS_IN = "labels in {name!r}"
    LABELS_ALL_MISSING = "labels in {name!r}, which are all missing"
    LABELS_MISSING = (
        "{n} of {of} labels in {name!r} are missing ({name}[{first}] is the first): label every series, or leave those "
        "without a label out of all arrays"
    )
    LEFT_OUT = "left out {names:names}; what is read is called {known:, }"
    CALLED = "{name} (else {others:, })"
    LABELS_NOT_FOUND = "no labels were found; {left_out}"
