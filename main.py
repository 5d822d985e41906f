"""Double-click, ``python main.py``, and the frozen program."""

if __name__ == "__main__":
    try:
        import multiprocessing

        multiprocessing.freeze_support()

        from app.__main__ import main
    except KeyboardInterrupt:  # Ctrl-C before anything was begun
        raise SystemExit(130) from None
    raise SystemExit(main())
