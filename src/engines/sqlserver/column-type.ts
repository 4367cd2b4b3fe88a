/**
 * A type as it would be written: `nvarchar(20)`, `decimal(30,10)`, `datetime2(7)`. For a query with sys.columns as `c` and
 * as `y` the type in sys.types whose user_type_id is its system_type_id: one of the user's own is taken for what it is
 * made of.
 */
export const typeText = `CASE
    WHEN y.name IN (N'nchar', N'nvarchar')
      THEN CONCAT(y.name, N'(', CASE WHEN c.max_length = -1 THEN N'max' ELSE CONVERT(nvarchar(10), c.max_length / 2) END, N')')
    WHEN y.name IN (N'char', N'varchar', N'binary', N'varbinary')
      THEN CONCAT(y.name, N'(', CASE WHEN c.max_length = -1 THEN N'max' ELSE CONVERT(nvarchar(10), c.max_length) END, N')')
    WHEN y.name IN (N'decimal', N'numeric') THEN CONCAT(y.name, N'(', c.precision, N',', c.scale, N')')
    WHEN y.name IN (N'datetime2', N'datetimeoffset', N'time') THEN CONCAT(y.name, N'(', c.scale, N')')
    ELSE y.name END`;
